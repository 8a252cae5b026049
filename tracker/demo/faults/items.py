"""Faults in the models of a page: malformed (F13), drifted (F14), poisoned (F15), doubled (F22)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tracker.demo.faults.mode import Fault, Mode, Option
from tracker.demo.hub.hub import Call, Hub
from tracker.demo.hub.hub_state import Item, encode
from tracker.demo.hub.page import Page

PROSE_BYTES = 13_000  # the gating text of one well-known card
DEEP = 5_000  # levels; more than a recursive parser bears


def _with(**fields: object) -> Callable[[Item], object]:
    return lambda item: {**item, **fields}


def _without(name: str) -> Callable[[Item], object]:
    return lambda item: {key: value for key, value in item.items() if key != name}


# kind -> what becomes of an item. The first group makes the client's own parser raise.
MALFORMED: Mapping[str, Callable[[Item], object]] = {
    "no-id": _without("id"),
    "date-offset": _with(createdAt="2024-05-01T10:00:00.000+00:00"),
    "date-only": _with(createdAt="2024-05-01"),
    "date-number": _with(createdAt=1714557600),
    "safetensors-partial": _with(safetensors={"total": 7_000_000_000}),
    "safetensors-text": _with(safetensors="7B"),
    "transformers-partial": _with(transformersInfo={"pipeline_tag": "text-generation"}),
    "sibling-partial": _with(siblings=[{"size": 1}]),
    "provider-partial": _with(inferenceProviderMapping=[{"provider": "demo"}]),
    "provider-text": _with(inferenceProviderMapping="demo"),
    "evaluation-partial": _with(evalResults=[{"filename": "a.yaml", "data": {"dataset": {"id": "demo/set"}}}]),
    "evaluation-text": _with(evalResults=["0.7"]),
    "null": lambda item: None,
    "text": lambda item: item["id"],
    "list": lambda item: [item["id"]],
    # from here on the client passes it through
    "no-hub-id": _without("_id"),
    "null-id": _with(id=None),
    "null-counts": _with(downloads=None, downloadsAllTime=None, likes=None),
    "text-counts": _with(downloads="many", likes="12"),
    "list-counts": _with(downloads=[12], likes={"total": 3}),
    "huge-counts": _with(downloads=2**63, downloadsAllTime=2**53 + 1, likes=2**70),
    "negative-counts": _with(downloads=-5, downloadsAllTime=-1, likes=-2),
    "control-id": lambda item: {**item, "id": item["id"] + "\x00\x1b[31m\n"},
    "path-id": _with(id="../../etc/passwd"),
    "date-1970": _with(createdAt="1970-01-01T00:00:00.000Z"),
    "date-future": _with(createdAt="2999-01-01T00:00:00.000Z"),
    "tags-text": _with(tags="transformers"),
    "parents-text": _with(baseModels="demo/parent"),
}


class Malformed(Mode):
    """Items that break a contract: missing, null, of the wrong type, absurd"""

    code = "F13"
    options = (
        Option("kind", "any", "what is wrong; any: by dice", ("any", *MALFORMED)),
        Option("items", "1", "how many in a page, or all", ("all",)),
    )

    def page(self, fault: Fault, hub: Hub, call: Call, page: Page) -> None:
        """Break some items of the page."""
        kind = fault.options["kind"]
        for at in _places(fault, page):
            broken = MALFORMED[fault.dice.choice(list(MALFORMED)) if kind == "any" else kind]
            page.items[at] = encode(broken(json.loads(page.items[at])))


class Drift(Mode):
    """The Hub changed: a new field, a field gone, a new kind of gate, a new relation"""

    code = "F14"
    options = (
        Option("kind", "new-field", "what changed", ("new-field", "field-gone", "gated", "relation")),
        Option("field", "downloadsAllTime", "the field that is gone"),
        Option("items", "all", "how many in a page, or all", ("all",)),
    )

    def page(self, fault: Fault, hub: Hub, call: Call, page: Page) -> None:
        """Change some items as another version of the Hub would."""
        kinds: dict[str, Callable[[Item], object]] = {
            "new-field": _with(popularity={"rank": 1, "weekly": [1, 2, 3]}),
            "field-gone": _without(fault.options["field"]),
            "gated": _with(gated="by-invitation"),
            "relation": _distilled,
        }
        change = kinds[fault.options["kind"]]
        for at in _places(fault, page):
            page.items[at] = encode(change(json.loads(page.items[at])))


class PoisonedCard(Mode):
    """Cards written by an attacker: keys, prose, data URIs, control characters, deep nesting

    A card is sent only where a request asks for `cardData`, unless `unasked=yes`.
    """

    code = "F15"
    options = (
        Option("kind", "self", "of poison", ("self", "ignore", "prose", "data-uri", "control", "nesting")),
        Option("items", "1", "how many in a page, or all", ("all",)),
        Option("unasked", "no", "yes: also where cardData was not asked for", ("no", "yes")),
    )

    def page(self, fault: Fault, hub: Hub, call: Call, page: Page) -> None:
        """Put a poisoned card into some items, where cards were asked for or `unasked` is set."""
        asked = "cardData" in (page.query.expand or page.query.plain_fields)
        if not asked and fault.options["unasked"] != "yes":
            return
        kind = fault.options["kind"]
        for at in _places(fault, page):
            item = json.loads(page.items[at])
            # written as text: the deep one is beyond the encoder too
            page.items[at] = encode({**item, "cardData": "@"}).replace(b'"@"', CARDS[kind], 1)


class Doubled(Mode):
    """A model twice in one page: the same item, or the name with a new `_id` (deleted and made again)"""

    code = "F22"
    options = (
        Option("kind", "same", "of twin", ("same", "reborn")),
        Option("items", "1", "how many in a page, or all", ("all",)),
    )

    def page(self, fault: Fault, hub: Hub, call: Call, page: Page) -> None:
        """Repeat some items of the page, as they are or under a new id."""
        kind = fault.options["kind"]
        for at in sorted(_places(fault, page), reverse=True):
            item = json.loads(page.items[at])
            if kind == "reborn":
                item["_id"] = f"{int(hub.clock.timestamp()):08x}{fault.dice.getrandbits(64):016x}"
            page.items.insert(at + 1, encode(item))


CARDS: Mapping[str, bytes] = {
    "self": encode({"license": "mit", "self": "x"}),
    "ignore": encode({"license": "mit", "ignore_metadata_errors": False}),
    "prose": encode({"extra_gated_prompt": "You agree. " * (PROSE_BYTES // 11)}),
    "data-uri": encode({"thumbnail": "data:image/png;base64," + "A" * PROSE_BYTES}),
    "control": encode({"license": "mit\x00\x07\x1b[2J\r\n", "language": "\u202een"}),
    "nesting": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
}


def _distilled(item: Item) -> Item:
    parents: Any = item.get("baseModels") or {"models": [{"_id": item["_id"], "id": item["id"]}]}
    return {**item, "baseModels": {**parents, "relation": "distilled"}}


def _places(fault: Fault, page: Page) -> list[int]:
    wanted = fault.options["items"]
    count = len(page.items) if wanted == "all" else min(int(wanted), len(page.items))
    return fault.dice.sample(range(len(page.items)), count)
