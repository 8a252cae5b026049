"""An answer as an assistant is told it: the command's own JSON, its citation, and of a long one so many whole rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tracker.api import Answer, Copy, Rows, plain

LETTERS = 40_000  # of an answer as JSON, some 13,000 tokens: clients refuse what is twice as long
_OF_A_PART = LETTERS // 4  # of anything beside the rows: a statement that names thousands of models is left out


def whole(rows: Rows, copy: Copy) -> dict[str, Any]:
    """Return an answer with all of its rows, its citation, and which copy it is from."""
    body = {"sql": None, "notes": list(rows.notes), **rows.as_json()}
    if not isinstance(rows, Answer):
        body["about"] = _about(copy)
    body["citation"] = rows.cite().strip() if isinstance(rows, Answer) else None
    return _without_long_parts(body)


def part(answer: Mapping[str, Any], offset: int) -> dict[str, Any]:
    """Return an answer with its rows from `offset` on, as many as there is room for; its ids are those of the whole.

    `rows_total`, `offset` and `next_offset` (null at the end) say which rows these are.
    """
    body = dict(answer)
    name = "rows" if "rows" in body else "roots"
    every = body[name]
    room = LETTERS - _letters({**body, name: []})
    shown = list(_fitting(every[offset:], max(room, _OF_A_PART)))
    end, total = offset + len(shown), len(every)
    if end < total:
        end, why = (end, _more(end, total)) if shown else (end + 1, _left_out(end + 1, total))
        body["notes"] = [*body["notes"], why]
    return body | {name: shown, "rows_total": total, "offset": offset, "next_offset": end if end < total else None}


def _more(end: int, total: int) -> str:
    return (
        f"rows up to {end:,} of {total:,}; ask the same with offset {end} for more, or narrow the question; another id "
        "then means that a new night was published between"
    )


def _left_out(row: int, total: int) -> str:
    return f"row {row:,} of {total:,} alone is longer than an answer may be and is left out; ask for fewer columns"


def _fitting(rows: list[Any], room: int) -> Iterator[Any]:
    """Yield rows for as long as there is room."""
    for row in rows:
        room -= _letters(row) + 2
        if room < 0:
            return
        yield row


def _without_long_parts(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer without the statement, a parameter or a part of a licence that is long; a note names them."""
    short, left_out = dict(body), []
    for name in set(body) - {"rows", "roots", "about"}:
        value = body[name]
        if _letters(value) <= _OF_A_PART:
            continue
        if isinstance(value, Mapping):
            short[name] = {each: part for each, part in value.items() if _letters(part) <= _OF_A_PART}
            left_out += [f"{name}.{each}" for each in value.keys() - short[name].keys()]
        elif name != "notes":
            short[name] = None
            left_out.append(name)
    if left_out:
        told = f"too long to be told here: {', '.join(sorted(left_out))}; the same command with --json has it all"
        short["notes"] = [*body["notes"], told]
    return short


def _about(copy: Copy) -> dict[str, Any]:
    """Return which copy rows are from that carry no id of their own."""
    facts = copy.facts
    return {
        "copy_id": facts.copy_id,
        "registry_version": facts.registry_version,
        "generation": facts.generation,
        "as_of": plain(facts.as_of),
        "snapshot_date": plain(facts.snapshot_date),
        "scope": facts.scope,
        "synthetic": facts.synthetic,
    }


def _letters(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False, default=plain))
