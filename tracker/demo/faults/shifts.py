"""Faults in the models themselves: they move while they are listed (F12), their counters lie (F20)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import numpy as np

from tracker.demo.faults.mode import Fault, Mode, Option
from tracker.demo.hub.hub import Call, Hub
from tracker.demo.hub.hub_state import Item

FALL = 0.9  # what a rollback leaves of an all-time counter
RECOUNT = 0.6  # what a new way of counting leaves of both


class Shift(Mode):
    """The listing moves before each request: counters jump, repositories come, go, are renamed or hidden"""

    code = "F12"
    options = (
        Option("kinds", "bump+new+delete+rename+hide", "joined by +", ("bump", "new", "delete", "rename", "hide")),
        Option("models", "2", "of each kind, before each request"),
    )

    def shift(self, fault: Fault, hub: Hub, call: Call) -> None:
        """Change some models before the request is answered."""
        actions: Mapping[str, Callable[[Fault, Hub, int], None]] = {
            "bump": _bump,
            "new": _create,
            "delete": lambda fault, hub, row: hub.delete(row),
            "rename": lambda fault, hub, row: hub.rename(row),
            "hide": lambda fault, hub, row: hub.change(row, "hidden", {**hub.state.item(row), "private": True}),
        }
        for kind in fault.options["kinds"].split("+"):
            for _ in range(int(fault.number("models"))):
                row = fault.dice.randrange(len(hub.state))
                if hub.state.visible[row]:
                    actions[kind](fault, hub, row)


class Counters(Mode):
    """The night's counters stall, stall for half of the models, fall back, go stale, or are counted again"""

    code = "F20"
    options = (
        Option("kind", "stall", "what they do", ("stall", "half", "rollback", "stale", "recount")),
        Option("night", "", "YYYY-MM-DD; default: every night"),
    )

    def enter_night(self, fault: Fault, hub: Hub) -> None:
        """Change the counters of the night that is loaded."""
        kind = fault.options["kind"]
        if fault.options["night"] not in ("", hub.night.isoformat()):
            return
        fault.fired += 1
        before = _night_before(hub) if kind in ("stall", "half", "stale") else {}
        for row in range(len(hub.state)):
            item = hub.state.item(row)
            if kind == "half" and fault.dice.random() < 0.5:
                continue
            if (changed := _counted(kind, item, before.get(item["_id"]))) != item:
                hub.state.replace(row, changed)


def _bump(fault: Fault, hub: Hub, row: int) -> None:
    """Send a model to the very top of the downloads, or to the very bottom."""
    item = hub.state.item(row)
    top = int(np.nanmax(hub.state.key("downloads"), initial=0)) + 1
    hub.change(row, "bumped", {**item, "downloads": top if fault.dice.random() < 0.5 else 0})


def _create(fault: Fault, hub: Hub, row: int) -> None:
    """Make a repository after the likeness of another, a moment ago."""
    now = hub.clock.now().astimezone(UTC)
    item = hub.state.item(row)
    hub_id = f"{int(now.timestamp()):08x}{fault.dice.getrandbits(64):016x}"
    created_at = datetime.fromtimestamp(int(now.timestamp()), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    publisher = item["id"].partition("/")[0]
    new = {"_id": hub_id, "id": f"{publisher}/new-{hub_id[8:16]}", "createdAt": created_at, "lastModified": created_at}
    hub.create({**item, **new, "downloads": 0, "downloadsAllTime": 0, "likes": 0})


def _night_before(hub: Hub) -> dict[str, Item]:
    earlier = [night for night in hub.ecosystem.nights if night < hub.night]
    if not earlier:
        return {}
    items = (json.loads(line) for line in hub.ecosystem.lines(earlier[-1]))
    return {item["_id"]: item for item in items}


def _counted(kind: str, item: Item, before: Item | None) -> Item:
    """Return an item as it is counted wrongly; it keeps its fields and their order."""
    if kind in ("stall", "half"):
        wrong = {} if before is None else {name: before.get(name) for name in ("downloads", "downloadsAllTime")}
    elif kind == "stale":
        wrong = {} if before is None else {"downloadsAllTime": before.get("downloadsAllTime")}
    elif kind == "rollback":
        wrong = {"downloadsAllTime": int(item.get("downloadsAllTime", 0) * FALL)}
    else:
        wrong = {name: int(item.get(name, 0) * RECOUNT) for name in ("downloads", "downloadsAllTime")}
    return {**item, **{name: value for name, value in wrong.items() if name in item and value is not None}}
