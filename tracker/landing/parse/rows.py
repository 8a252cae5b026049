"""The typed rows of a landed run, as what a query reads from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tracker.sql.connect import literal


def rows_sql(parts: Sequence[Path]) -> str:
    """Return a table expression over the rows of these parts, one row a model."""
    return f"read_parquet({literal([str(part) for part in parts])})"
