"""The addresses under `/_demo/` by which a test or the demo moves the Hub: night, clock, faults, log, truth.

They are not the Hub's, cost no quota and stand in no log.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from tracker.demo.ecosystem import KnowsTruth
from tracker.demo.faults.spec import parse_all
from tracker.demo.hub.http import Request, Response
from tracker.demo.hub.hub import Hub
from tracker.demo.hub.hub_state import encode, join
from tracker.errors import SettingsError

ADMIN_PREFIX = "/_demo/"


def administer(hub: Hub, request: Request) -> Response:
    """Answer an admin request: GET looks, POST changes."""
    name = request.path.removeprefix(ADMIN_PREFIX)
    action = ACTIONS.get(name)
    if action is None:
        return Response(404, encode({"error": f"no {ADMIN_PREFIX}{name}; there are {', '.join(ACTIONS)}"}))
    try:
        wanted = json.loads(request.body) if request.method == "POST" else None
        return Response(200, action(hub, wanted))
    except (KeyError, ValueError, TypeError, SettingsError) as reason:
        return Response(400, encode({"error": f"{type(reason).__name__}: {reason}"}))


def _night(hub: Hub, wanted: Any) -> bytes:
    """`{"night": "2026-11-22"}` moves there."""
    if wanted is not None:
        hub.set_night(date.fromisoformat(wanted["night"]))
    hub.settle()
    nights = [night.isoformat() for night in hub.ecosystem.nights]
    return encode({"night": hub.night.isoformat(), "nights": nights, "models": int(hub.state.visible.sum())})


def _clock(hub: Hub, wanted: Any) -> bytes:
    """`{"advance": 300}` skips seconds, `{"scale": 100}` lets time run faster."""
    if wanted is not None:
        hub.clock.set_scale(float(wanted["scale"])) if "scale" in wanted else None
        hub.clock.advance(float(wanted.get("advance", 0)))
    hub.settle()
    return encode({"now": hub.clock.now().isoformat(), "night": hub.night.isoformat()})


def _faults(hub: Hub, wanted: Any) -> bytes:
    """`{"faults": ["F6:page=3"], "seed": 1}` replaces all faults."""
    if wanted is not None:
        hub.set_faults(parse_all(wanted["faults"], int(wanted.get("seed", 1))))
    return encode([{"spec": fault.spec, "fired": fault.fired} for fault in hub.faults])


def _log(hub: Hub, wanted: Any) -> bytes:
    """`{"clear": true}` empties it."""
    if wanted is not None and wanted["clear"]:
        hub.log.clear()
    return encode([asdict(entry) for entry in hub.log.entries()])


def _truth(hub: Hub, wanted: Any) -> bytes:
    """What was changed while it was served, and what a synthetic ecosystem planted in this night."""
    planted = hub.ecosystem.truth_lines(hub.night) if isinstance(hub.ecosystem, KnowsTruth) else ()
    changes = encode([asdict(change) for change in hub.changes])
    lines = join([line.strip() for line in planted])
    return b'{"night":"%b","changes":%b,"planted":%b}' % (hub.night.isoformat().encode(), changes, lines)


def _changes(hub: Hub, wanted: Any) -> bytes:
    """The changes alone."""
    return encode([asdict(change) for change in hub.changes])


def _items(hub: Hub, wanted: Any) -> bytes:
    """Every model that is listed at this moment, whole."""
    return join([line for line, seen in zip(hub.state.items, hub.state.visible.tolist(), strict=True) if seen])


ACTIONS: dict[str, Callable[[Hub, Any], bytes]] = {
    "night": _night,
    "clock": _clock,
    "faults": _faults,
    "log": _log,
    "truth": _truth,
    "changes": _changes,
    "items": _items,
}
