"""Copies of before credit was counted in units: what they lack is laid over them, as temporary views.

Their weights become units to the nearest one, so that answers are the same to 10^-9; the next publish counts exactly.
"""

from __future__ import annotations

from collections.abc import Iterator

from tracker.sql.connect import Connection, rows
from tracker.store.publish import annotated

_TABLES = ("lineage_rows", "lineage_variant_rows", "edges", "edge_variants", "nearest_rows", "nearest_variants")

# what is made of these tables, in its order
_MADE = ("lineage_why", "lineage", "lineage_variants", "nearest", "lineage_of", "edges_of", "nearest_of")

_SUMS = {
    "models": "bigint",
    "new_models": "bigint",
    "derivatives": "bigint",
    "downloads_30d": "decimal(38, 0)",
    "downloads_all_time": "decimal(38, 0)",
    "likes": "decimal(38, 0)",
}


def is_weighted(connection: Connection, database: str) -> bool:
    """Return whether a copy holds weights and no units of credit."""
    counted = (
        "select 1 from duckdb_columns()"
        " where database_name = $database and table_name = 'lineage_rows' and column_name = 'credit'"
    )
    return not rows(connection, counted, {"database": database})


def statements(connection: Connection) -> Iterator[str]:
    """Yield the statements that lay credit over the lineage of the copy attached as `tracker`."""
    there = "select table_name from duckdb_tables() where database_name = 'tracker'"
    for (table,) in rows(connection, there):
        if table in _TABLES:
            units = "round(weight * 1000000000)::integer as credit"
            yield f"create or replace temp view {table} as select *, {units} from tracker.main.{table}"
    for relation in annotated.relations("published_views.sql"):
        if relation.name in _MADE:
            yield relation.temporary({})


def rollup_sql(sums: str) -> str:
    """Return a table expression over the sums of a rollup with their units of credit."""
    units = (f"({name}::decimal(28, 9) * 1000000000)::{kind} as {name}_credit" for name, kind in _SUMS.items())
    return f"(select *, {', '.join(units)} from {sums})"
