"""The typed rows of a landed run, as what a query reads from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tracker.columns import LANDED
from tracker.sql.connect import parquet


def rows_sql(parts: Sequence[Path]) -> str:
    """Return a table expression over the rows of these parts, one row a model.

    A column that the version which landed them did not know is null.
    """
    known = ", ".join(f"null::{column.sql_type} as {column.name}" for column in LANDED)
    landed = f"from {parquet(parts)}"
    return f"({landed} union all by name select {known} where false)"
