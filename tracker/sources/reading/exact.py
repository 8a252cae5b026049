"""Tables and JSON out of bytes, exactly. What is not as it should be raises SourceRefused with what it is instead."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from tracker.errors import SourceRefused, redact

_DIGITS = re.compile(r"[0-9]{1,18}")  # of a whole number that 64 bits hold, whatever it is
_SHOWN = 120


def table(content: bytes, header: Sequence[str], what: str) -> pl.DataFrame:
    """Return the rows of a CSV text as text, null where nothing stands; its header must be exactly this one."""
    text = _text(content, what)
    first = text.partition("\n")[0].rstrip("\r")
    if first != ",".join(header):
        raise SourceRefused(f"{what} begins with {_short(first)!r} in the place of its header {','.join(header)}")
    if not text.endswith("\n"):
        raise SourceRefused(f"{what} ends within a row: it was cut off")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]
    except csv.Error as error:
        raise SourceRefused(f"{what} cannot be read as CSV: {error}") from error
    odd = next((at for at, row in enumerate(rows, start=1) if len(row) != len(header)), None)
    if odd is not None:
        raise SourceRefused(f"{what}, row {odd}: {len(rows[odd - 1])} cells, and there are {len(header)} columns")
    cells = [[cell or None for cell in row] for row in rows]
    return pl.DataFrame(cells, schema=dict.fromkeys(header, pl.String), orient="row")


def document(content: bytes, what: str) -> dict[str, Any]:
    """Return the object that a JSON text is."""
    try:
        found = json.loads(_text(content, what))
    except (ValueError, RecursionError) as error:
        raise SourceRefused(
            f"{what} is no JSON: it begins with {_short(content[:_SHOWN].decode(errors='replace'))!r}"
        ) from error
    if not isinstance(found, dict):
        raise SourceRefused(f"{what} is JSON, and no object")
    return found


def whole(value: Any, what: str) -> int:
    """Return a whole number that is one, or the text of one: digits alone."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not _DIGITS.fullmatch(value):
        raise SourceRefused(f"{what} is {_short(str(value))!r}, and not a whole number in digits")
    return int(value)


def day(value: Any, what: str) -> date:
    """Return the day that a text is, written YYYY-MM-DD."""
    try:
        if isinstance(value, str) and len(value) == len("2026-01-31"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise SourceRefused(f"{what} is {_short(str(value))!r}, and no day YYYY-MM-DD")


def moment(value: Any, what: str) -> datetime:
    """Return the moment that an ISO text is; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise SourceRefused(f"{what} is {_short(str(value))!r}, and no moment") from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def named(values: Mapping[str, Any], name: str, what: str) -> Any:
    """Return what an object has under a name."""
    if name not in values:
        raise SourceRefused(f"{what} has no {name}; it has {_short(', '.join(map(str, values)))}")
    return values[name]


def wholes(frame: pl.DataFrame, column: str, what: str) -> pl.Series:
    """Return a column of text as whole numbers, null where nothing stands."""
    return _cast(frame, column, what, "a whole number in digits", r"^[0-9]{1,18}$", pl.Int64)


def numbers(frame: pl.DataFrame, column: str, what: str) -> pl.Series:
    """Return a column of text as numbers that are finite, null where nothing stands."""
    return _cast(frame, column, what, "a number", r"^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?$", pl.Float64)


def days(frame: pl.DataFrame, column: str, what: str) -> pl.Series:
    """Return a column of text as days, null where nothing stands."""
    return _cast(frame, column, what, "a day YYYY-MM-DD", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", pl.Date)


def _cast(frame: pl.DataFrame, column: str, what: str, kind: str, pattern: str, to: Any) -> pl.Series:
    text = frame[column]
    found = text.str.to_date("%Y-%m-%d", strict=False) if to == pl.Date else text.cast(to, strict=False)
    wrong = text.is_not_null() & (~text.str.contains(pattern) | found.is_null())
    if wrong.any():
        at = int(wrong.arg_max() or 0)
        raise SourceRefused(f"{what}, row {at + 1}: {column} is {_short(str(text[at]))!r}, and not {kind}")
    return found


def _text(content: bytes, what: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceRefused(f"{what} is no text in UTF-8") from error


def _short(text: str) -> str:
    return redact(" ".join(text.split()))[:_SHOWN]
