"""Hand a result from duckdb to polars as a bare Arrow stream.

This module must not import duckdb: polars remembers for the life of the process the types it was handed,
and whatever the module of such a type can reach is alive when duckdb 2.0 checks at exit that nothing of it is.
"""

from __future__ import annotations

from typing import Protocol

import polars as pl


class Streamed(Protocol):
    """Anything that gives an Arrow C stream, such as a relation of duckdb."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


class _Stream:
    """An Arrow stream that polars may read once."""

    def __init__(self, source: Streamed) -> None:
        self._capsule = source.__arrow_c_stream__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._capsule


def read(source: Streamed) -> pl.DataFrame:
    """Return what the source streams as a frame."""
    return pl.DataFrame(_Stream(source))
