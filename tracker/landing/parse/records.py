"""The rules for single records: what of a record can be used, what is left out, and why.

    set aside      the record is not an object, is not JSON, has no usable name, or a hub_id that is none
    left out       any other value that cannot be what it says: the record stays, that value is missing

New fields and new words (a new `gated`, a new relation) pass.
A record without `_id` is known by its name (`name:gpt2`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tracker.columns import LANDED
from tracker.landing.parse import values
from tracker.landing.parse.canonical import DAYS_AHEAD

TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},"]', re.DOTALL)
BLANKS = " \t\n\r"
JSON = json.JSONDecoder(strict=False)


class NotAList(ValueError):
    """A page that is not one whole JSON list."""


@dataclass(frozen=True)
class Judged:
    """One record: `usable` is None where it was set aside; `problems` say what was left out and why.

    `hub_id` is known for many a record that is set aside: that model was seen, so it is not gone.
    """

    usable: dict[str, Any] | None
    problems: tuple[str, ...]
    hub_id: str | None = None


def split(page: str) -> list[str]:
    """Return the text of each item of a JSON list, whatever stands inside it. Raises NotAList."""
    try:
        return _items(page)
    except (ValueError, IndexError, RecursionError):  # some item is no JSON: each ends where its brackets do
        return list(_bracketed(page))


def _items(page: str) -> list[str]:
    """Return the items of a page that is JSON throughout, six times as fast. Raises ValueError, IndexError."""
    found: list[str] = []
    at = _past_blanks(page, 0)
    if page[at] != "[":
        raise NotAList("not a list")
    while True:
        at = _past_blanks(page, at + 1)
        if page[at] == "]" and not found:
            break
        _, end = JSON.raw_decode(page, at)
        found.append(page[at:end])
        at = _past_blanks(page, end)
        if page[at] != ",":
            break
    if page[at] != "]" or page[at + 1 :].strip(BLANKS):
        raise NotAList("not one whole list")
    return found


def _past_blanks(page: str, at: int) -> int:
    while page[at] in BLANKS:
        at += 1
    return at


def _bracketed(page: str) -> Iterator[str]:
    """Yield the items of a list going by brackets and quotes alone. Raises NotAList."""
    depth, start = 0, 0
    for token in TOKENS.finditer(page):
        mark = token.group()
        if mark in "[{":
            depth += 1
            if depth == 1:
                if mark != "[" or page[: token.start()].strip():
                    break
                start = token.end()
        elif mark in "]}":
            depth -= 1
            if depth == 0:
                if page[start : token.start()].strip():
                    yield page[start : token.start()].strip()
                if mark == "]" and not page[token.end() :].strip():
                    return
                break
        elif mark == '"':  # one that is never closed
            break
        elif mark == "," and depth == 1:
            yield page[start : token.start()].strip()
            start = token.end()
    raise NotAList("not one whole JSON list")


def judge(text: str, snapshot_date: date) -> Judged:
    """Return what can be used of one record, as the Hub would have written it."""
    try:
        # numbers stay as they are written: a count of 1e400 or 2.5 is judged, not rounded
        record = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except RecursionError:
        return Judged(None, ("nested too deeply",))
    except ValueError as error:
        return Judged(None, (f"not JSON: {error}",))
    if not isinstance(record, dict):
        return Judged(None, (f"not an object but {values.brief(record)}",))
    problem = _identity_problem(record)
    if problem:
        return Judged(None, (problem,), values.plain_hub_id(record))
    latest = datetime.combine(snapshot_date + timedelta(days=DAYS_AHEAD), time(), UTC)
    problems: list[str] = []
    usable: dict[str, Any] = {"_id": _hub_id(record), "id": record["id"]}
    for column in LANDED:
        field, _, member = column.field.partition(".")
        if record.get(field) is None:
            continue
        try:
            if member:
                usable.setdefault(field, {})[member] = values.usable_member(record[field], column, problems, latest)
            else:
                usable[field] = values.usable(record[field], column, problems, latest)
        except ValueError as error:
            problems.append(f"{field} is {values.brief(record[field])}{error}")
    return Judged(usable, tuple(problems), usable["_id"])


def _identity_problem(record: dict[str, Any]) -> str | None:
    if not values.is_name(record.get("id")):
        return f"id is {values.brief(record.get('id'))}, not a name"
    hub_id = record.get("_id")
    if hub_id is not None and not (isinstance(hub_id, str) and values.HUB_ID.fullmatch(hub_id)):
        return f"_id is {values.brief(hub_id)}, not an identity"
    return None


def _hub_id(record: dict[str, Any]) -> str:
    return str(record["_id"]) if record.get("_id") is not None else f"name:{record['id']}"
