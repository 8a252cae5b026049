"""Rows as CSV and TSV, written as polars writes them: numbers as short as they can be told apart, times as ISO 8601."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from tracker.answers.shown.cells import plain

if TYPE_CHECKING:
    from tracker.table import Table

_QUOTED = '"\n\r'
_DIGITS = {"TIMESTAMP_MS": 23, "TIMESTAMP_NS": 29}


def separated(table: Table, separator: str) -> str:
    """Return a line of names, then one a row; lists and structs as JSON, since a cell holds only a scalar."""
    quoted = re.compile(f"[{_QUOTED}{separator}]")

    def line(cells: list[str]) -> str:
        return separator.join(cells) + "\n"

    def text(value: str) -> str:
        return '"' + value.replace('"', '""') + '"' if not value or quoted.search(value) else value

    written = [_written(kind, text) for kind in table.types.values()]
    rows = (
        line(["" if value is None else write(value) for write, value in zip(written, row, strict=True)])
        for row in table.rows
    )
    return line([text(name) for name in table.columns]) + "".join(rows)


def _written(kind: str, text: Callable[[str], str]) -> Callable[[Any], str]:
    """Return what writes the values of a column."""
    if kind == "FLOAT":
        return _short
    if kind.startswith("TIMESTAMP_"):
        digits = _DIGITS[kind]
        return lambda value: f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond * 1000:09d}"[:digits]
    return lambda value: _cell(value, text)


def _cell(value: Any, text: Callable[[str], str]) -> str:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds").replace("+00:00", "+0000")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value.isoformat(timespec='microseconds')}000"
    found = plain(value)
    return text(found if isinstance(found, str) else json.dumps(found))


def _number(value: float, powers: range = range(-5, 16)) -> str:
    """Return a number, with a power of ten where that is none of `powers`."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else repr(value)
    sign, text = "-" * (math.copysign(1, value) < 0), repr(abs(value))
    mantissa, _, exponent = text.partition("e")
    whole, _, part = mantissa.partition(".")
    digits = (whole + part).strip("0") or "0"
    power = int(exponent or 0) + (len(whole) - 1 if whole != "0" else len(part.lstrip("0")) - len(part) - 1)
    if value == 0 or (power in powers and "e" not in text):
        return f"{sign}{text}"
    if power in powers:
        return f"{sign}0.{'0' * (-power - 1)}{digits}"
    return f"{sign}{digits[0]}{'.' * (len(digits) > 1)}{digits[1:]}e{power:+}"


def _short(value: float) -> str:
    """Return a number of 32 bits with as few digits as tell it from the next one."""
    import struct

    if not math.isfinite(value):
        return _number(value)
    kept = struct.pack("f", value)
    digits = (float(f"{value:.{count}g}") for count in range(1, 10))
    return _number(next((each for each in digits if struct.pack("f", each) == kept), value), range(-6, 13))
