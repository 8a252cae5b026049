"""Frames of polars and their types, in the words of duckdb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

_TYPES: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "TINYINT": pl.Int8,
    "SMALLINT": pl.Int16,
    "INTEGER": pl.Int32,
    "BIGINT": pl.Int64,
    "HUGEINT": pl.Int64,
    "UTINYINT": pl.UInt8,
    "USMALLINT": pl.UInt16,
    "UINTEGER": pl.UInt32,
    "UBIGINT": pl.UInt64,
    "FLOAT": pl.Float32,
    "DOUBLE": pl.Float64,
    "BOOLEAN": pl.Boolean,
    "VARCHAR": pl.String,
    "BLOB": pl.Binary,
    "DATE": pl.Date,
    "TIME": pl.Time,
    "TIMESTAMP": pl.Datetime("us"),
    "TIMESTAMP_MS": pl.Datetime("ms"),
    "TIMESTAMP_NS": pl.Datetime("ns"),
    "TIMESTAMP WITH TIME ZONE": pl.Datetime("us", "UTC"),
}
_NAMES = {kind: name for name, kind in _TYPES.items() if name != "HUGEINT"}


def frame(types: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    """Return rows as a frame; what is no scalar has the type that its values tell."""
    return pl.DataFrame(rows, schema={name: _of(kind) for name, kind in types.items()}, orient="row")


def types(frame: pl.DataFrame) -> dict[str, str]:
    """Return what duckdb calls the type of each column; whatever has no name there is text."""
    return {name: _called(kind) for name, kind in frame.schema.items()}


def _of(kind: str) -> Any:
    return pl.List(_of(kind[:-2])) if kind.endswith("[]") else _TYPES.get(kind)


def _called(kind: pl.DataType) -> str:
    if isinstance(kind, pl.List):
        return f"{_called(kind.inner)}[]"  # type: ignore[arg-type]
    return _NAMES.get(kind, "STRUCT" if kind.is_nested() else "VARCHAR")
