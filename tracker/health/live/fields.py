"""What an item is: its identity, the fields that are asked for, and their types, by the rules of the parse."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from tracker.columns import EXPAND, LANDED, Column
from tracker.errors import nearest
from tracker.gates import ALWAYS_THERE, MAX_MISSING, MAX_QUARANTINED
from tracker.health.live.finding import NO_PAGE, Finding, Seen, shown
from tracker.landing.parse.canonical import DAYS_AHEAD
from tracker.landing.parse.values import HUB_ID, brief, is_name, usable

ENOUGH = 100  # items: with fewer, a field that only some models have may be absent by chance
SELDOM = {"inferenceProviderMapping"}  # of a handful among the newest thousand, or of none
UNASKED = {"_id", "id", "modelId"}  # given always, asked for or not
ALWAYS_FIELDS = {column.field for column in LANDED if column.name in ALWAYS_THERE}
GATED = (False, "auto", "manual")
# kind of column -> what its values are in JSON; a flag is no number here
JSON_TYPES: dict[str, tuple[type, ...]] = {
    "moment": (str,), "word": (str, bool), "flag": (bool,), "count": (int,), "number": (int, float),
    "providers": (list,), "tags": (list,), "parents": (dict,),
}  # fmt: skip
UPGRADE = "look for a newer version of the tracker; else correct the row of this field in tracker/columns.py"


def identity(seen: Seen) -> Iterator[Finding]:
    """Is each item an object with a name and an id of its own?"""
    items, total = seen.items, len(seen.sample.first.items)
    if not total:
        yield Finding("identity", "cannot tell", NO_PAGE)
        return
    ids = Counter(item.get("_id") for item in items if _is_identity(item))
    wrong = total - ids.total()
    twice = ids.total() - len(ids)
    if wrong:
        yield Finding(
            "identity", "differs", f"{shown(wrong, total)} items have no `_id` or `id` that can be one",
            _share(wrong, total), "without `_id` a renamed model counts as another; " + UPGRADE,
        )  # fmt: skip
    if twice:
        yield Finding(
            "identity", "differs", f"{twice:,} items of the page come twice", _share(twice, total),
            "ask again: if it stays, the list cannot be walked whole",
        )  # fmt: skip
    if not wrong and not twice:
        yield Finding("identity", "good", f"{shown(total, total)} items have a name and an id of their own")


def _is_identity(item: dict[str, Any]) -> bool:
    return is_name(item.get("id")) and isinstance(item.get("_id"), str) and bool(HUB_ID.fullmatch(item["_id"]))


def _share(number: int, total: int) -> Any:
    """Return the effect of so many bad items: more than a gate lets pass stop a night."""
    return "stops" if number > MAX_QUARANTINED * total else ""


def presence(seen: Seen) -> Iterator[Finding]:
    """Does every field come that is asked for, as often as it should?"""
    if not seen.items:
        yield Finding("fields", "cannot tell", NO_PAGE)
        return
    found = [each for field in EXPAND for each in _presence(field, seen)]
    yield from found
    if not any(each.verdict == "differs" for each in found):
        yield Finding(
            "fields", "good", f"{len(EXPAND) - len(found)} of the {len(EXPAND)} fields that are asked for came"
        )


def _presence(field: str, seen: Seen) -> Iterator[Finding]:
    name, items, popular = f"field {field}", seen.items, seen.popular
    missing, missing_there = _missing(field, items), _missing(field, popular)
    told = f"it is missing, or null, in {shown(missing, len(items))} items"
    if popular:
        told += f" and in {shown(missing_there, len(popular))} of the most downloaded"
    told += _renamed(field, items) if missing else ""
    if field in ALWAYS_FIELDS:
        if popular and missing > MAX_MISSING * len(items) and missing_there <= MAX_MISSING * len(popular):
            yield Finding(name, "differs", told, "", "nothing, where only models of a few hours lack it")
        elif missing > MAX_MISSING * len(items) or missing_there > MAX_MISSING * len(popular):
            yield Finding(name, "differs", told, "stops", f"a night without it is refused; {UPGRADE}")
    elif missing + missing_there == len(items) + len(popular):
        if field in SELDOM or len(items) < ENOUGH:
            yield Finding(name, "cannot tell", f"{told}; not every model has it")
        else:
            yield Finding(name, "differs", told, "falsifies", f"its columns would be empty; {UPGRADE}")


def _missing(field: str, items: list[dict[str, Any]]) -> int:
    return sum(item.get(field) is None for item in items)


def _renamed(field: str, items: list[dict[str, Any]]) -> str:
    close = nearest(field, _others(items))
    return f"; {close[0]!r} came unasked: it may be the same by another name" if close else ""


def _others(items: list[dict[str, Any]]) -> list[str]:
    return sorted({key for item in items for key in item} - {*EXPAND} - UNASKED)


def unasked(seen: Seen) -> Iterator[Finding]:
    """Does anything come that was not asked for? It is kept raw and read by nobody."""
    if others := _others(seen.items):
        names = ", ".join(name[:40] for name in others[:5]) + (", ..." if len(others) > 5 else "")
        yield Finding(
            "unasked", "differs", f"fields that were not asked for: {names}", "", "nothing; they are not read"
        )


def types(seen: Seen) -> Iterator[Finding]:
    """Is each value of the type that it should be, and can the parse use it?"""
    items = [*seen.items, *seen.popular]
    if not items:
        yield Finding("types", "cannot tell", NO_PAGE)
        return
    latest = datetime.combine((seen.sample.first.came_at + timedelta(days=DAYS_AHEAD)).date(), time(), UTC)
    found = [each for column in LANDED for each in _typed(column, items, latest)]
    yield from found
    if not found:
        yield Finding("types", "good", "every value is of the type that is expected")


def _typed(column: Column, items: list[dict[str, Any]], latest: datetime) -> Iterator[Finding]:
    values = [value for item in items if (value := _value(item, column)) is not None]
    useless = [value for value in values if not _is_usable(value, column, latest)]
    odd = [value for value in values if not _is_as_expected(value, column)]
    name = f"type of {column.field}"
    if useless:
        yield Finding(
            name, "differs", f"{shown(len(useless), len(values))} values cannot be used, as {brief(useless[0])}",
            "falsifies" if len(useless) > MAX_MISSING * len(values) else "", "they would be left out; " + UPGRADE,
        )  # fmt: skip
    elif odd:
        kinds = " or ".join(kind.__name__ for kind in JSON_TYPES[column.kind])
        yield Finding(
            name, "differs", f"{shown(len(odd), len(values))} values are no {kinds}, as {brief(odd[0])}", "",
            "nothing: they are read all the same",
        )  # fmt: skip


def _value(item: dict[str, Any], column: Column) -> Any:
    """Return the value that a column is made of; of what should be an object and is none, that itself."""
    field, _, member = column.field.partition(".")
    value = item.get(field)
    return value.get(member) if member and isinstance(value, dict) else value


def _is_usable(value: Any, column: Column, latest: datetime) -> bool:
    problems: list[str] = []
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    try:
        usable(json.dumps(value) if is_number else value, column, problems, latest)  # the parse reads numbers as text
    except ValueError:
        return False
    return not problems


def _is_as_expected(value: Any, column: Column) -> bool:
    kinds = JSON_TYPES[column.kind]
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def gates(seen: Seen) -> Iterator[Finding]:
    """Are repositories gated in the ways that are known?"""
    said = Counter(str(item["gated"]) for item in seen.items if item.get("gated") not in (None, *GATED))
    if said:
        names = ", ".join(name[:40] for name in sorted(said)[:5])
        yield Finding(
            "gated", "differs", f"{said.total():,} items are gated as {names}", "", "nothing; it is kept as it is said"
        )
    elif any("gated" in item for item in seen.items):
        yield Finding("gated", "good", "false, auto or manual, as known; a gated model is listed like any other")
