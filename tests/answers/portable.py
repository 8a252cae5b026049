"""What a statement holds that is not portable, judged on an empty connection."""

from __future__ import annotations

import duckdb

from tracker.sql import portable


def faults(sql: str) -> list[str]:
    """Return what a statement holds that other engines read another way; nothing for one that is portable."""
    with duckdb.connect() as connection:  # the process's own is everybody's, and would be left with a result
        return portable.faults(connection, sql)
