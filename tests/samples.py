"""Recorded samples, as `read_sample` gives them, written out in a test: name, downloads, tags."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

Row = tuple[str, int, list[str]]


def sample(rows: Iterable[Row]) -> pl.DataFrame:
    """Return one row a model, in the order given."""
    columns = {"model_id": pl.String, "downloads_30d": pl.Int64, "tags": pl.List(pl.String)}
    return pl.DataFrame(list(rows), columns, orient="row")
