"""Rows of scalars as lines of JSON: what a prompt shows needs no Arrow, which the engine alone does not speak.

    {"model_id": "VARCHAR", "likes": "BIGINT"}     the type of each column, in the words of duckdb
    ["Qwen/Qwen3-8B", 1234]                        one row a line; times are texts

The lean process writes them where all columns are of such types, else NOT_PLAIN; it is asked again for Arrow then. So
it is for many rows that came at once: rows that took their time are never made twice.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from tracker.sql.leaving import columns

NOT_PLAIN = b"?"
_MOMENT = "TIMESTAMP WITH TIME ZONE"
MOST = 10_000  # rows: more than a prompt shows are faster as Arrow, even if they are made once more
_AT_ONCE = 1.0  # seconds that making them once more may take
_SCALARS = (
    *("BOOLEAN", "VARCHAR", "FLOAT", "DOUBLE", "TINYINT", "SMALLINT", "INTEGER", "BIGINT"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"),
)
_CASTS = {
    **dict.fromkeys(("DATE", "TIMESTAMP"), "cast(#{} as varchar)"),
    _MOMENT: "cast(make_timestamp(epoch_us(#{})) as varchar)",
    "HUGEINT": "cast(#{} as bigint)",
}


class Beyond(ValueError):
    """A column holds a time that no calendar of Python has."""


def write(connection: Any, sql: str, given: Mapping[str, Any], pipe: int) -> None:
    """Run a SELECT and write its rows, or NOT_PLAIN."""
    types = None if ";" in sql else _types(connection, sql, given)
    if types is None:
        _write(pipe, NOT_PLAIN)
        return
    chosen = columns(types.items(), _CASTS)
    asked = f"select {chosen} from (\n{sql}\n)" if chosen else sql
    started = time.monotonic()
    found = connection.execute(asked, given)
    rows = found.fetchmany(MOST + 1)
    if len(rows) > MOST and time.monotonic() - started < _AT_ONCE:
        _write(pipe, NOT_PLAIN)
        return
    _write(pipe, _line({name: "BIGINT" if kind == "HUGEINT" else kind for name, kind in types.items()}))
    while rows:
        _write(pipe, b"".join(map(_line, rows)))
        rows = found.fetchmany(MOST)


def _types(connection: Any, sql: str, given: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the type of each column; None where one is no scalar, or two have one name, or it cannot be told."""
    try:
        found = connection.execute(f"describe {sql}", given).fetchall()
    except Exception:  # noqa: BLE001  who asks again is told what is wrong
        return None
    types = {name: kind for name, kind, *_ in found}
    is_plain = len(types) == len(found) and all(kind in _SCALARS or kind in _CASTS for kind in types.values())
    return types if is_plain else None


def read(data: bytes) -> tuple[dict[str, str], list[tuple[Any, ...]]]:
    """Return types and rows. Raises Beyond, ValueError for what no such process writes."""
    head, *lines = data.split(b"\n")[:-1]
    types = json.loads(head)
    made = [_MADE.get(kind) for kind in types.values()]
    if not any(made):
        return types, [tuple(json.loads(line)) for line in lines]
    return types, [
        tuple(
            each if make is None or each is None else _made(make, each, name)
            for make, each, name in zip(made, json.loads(line), types, strict=True)
        )
        for line in lines
    ]


def _made(make: Callable[[str], Any], text: str, column: str) -> Any:
    try:
        return make(text)
    except ValueError:
        raise Beyond(column) from None


_MADE: Mapping[str, Callable[[str], Any]] = {
    "DATE": date.fromisoformat,
    "TIMESTAMP": datetime.fromisoformat,
    _MOMENT: lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC),
}


def _line(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def _write(pipe: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(pipe, left) :]
