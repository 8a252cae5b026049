"""Which times of a frame nobody can show: duckdb counts beyond the years 1 to 9999, and knows infinite days.

polars takes such a value and fails, or breaks down, when it is written out.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

_FIRST, _LAST = -719_162, 2_932_896  # days from 1970 to 0001-01-01 and to 9999-12-31
_OF_A_DAY = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


def beyond(frame: pl.DataFrame) -> str | None:
    """Return the name of the first column that holds such a time, lists and structs included; None where none does."""
    return next((column.name for column in frame if any(map(_is_beyond, _scalars(column)))), None)


def _scalars(column: pl.Series) -> Iterator[pl.Series]:
    """Yield a column as its parts that hold scalars."""
    kind = column.dtype
    if isinstance(kind, pl.Struct):
        for part in column.struct.fields:
            yield from _scalars(column.struct.field(part))
    elif isinstance(kind, pl.Map):
        pairs = pl.List(pl.Struct({"key": kind.key, "value": kind.value}))
        yield from _scalars(column.cast(pairs))
    elif isinstance(kind, (pl.List, pl.Array)):
        yield from _scalars(column.explode())
    else:
        yield column


def _is_beyond(values: pl.Series) -> bool:
    kind = values.dtype
    if isinstance(kind, pl.Date):
        first, end = _FIRST, _LAST + 1
    elif isinstance(kind, pl.Datetime):
        first, end = _FIRST * _OF_A_DAY[kind.time_unit], (_LAST + 1) * _OF_A_DAY[kind.time_unit]
    else:
        return False
    counted = values.to_physical().cast(pl.Int64)
    return bool(((counted < first) | (counted >= end)).any())
