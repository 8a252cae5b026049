"""Sums over rows of sources: what may leave the machine where the rows themselves may not.

A row of a source names one model or slug; a sum is over a family, a developer, a country or a class. It stands in the
copy itself, and leaves with every export, its credit in its comment.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from tracker.sql.connect import Connection, literal, rows


class Sums(NamedTuple):
    """A published table of sums: the source and the tables of its rows, the day of a row, and how they are summed."""

    source: str
    reads: tuple[str, ...]
    day: str
    select: str


SUMS: Mapping[str, Sums] = {
    "token_sums": Sums(
        "openrouter",
        ("token_days_current",),
        "day",
        """
select
  t.day, n.family, n.developer, n.origin_country, n.openness, n.rule = 'hidden' as is_hidden,
  t.slug = 'other' as is_other, count(*) as slugs, sum(t.tokens)::bigint as tokens
from token_days_current as t
join signal_names as n on n.signal = 'token_days' and n.name = t.slug
group by all
""",
    ),
    "second_hub_sums": Sums(
        "modelscope",
        ("second_hub",),
        "snapshot_date",
        """
with newest as (
  from second_hub
  qualify rank() over (partition by snapshot_date order by run_id desc) = 1
)
select
  s.snapshot_date, n.family, n.developer, n.origin_country, n.is_mirror, count(*) as models,
  sum(s.downloads_all_time)::bigint as downloads_all_time
from newest as s
join signal_names as n on n.signal = 'second_hub' and n.name = s.model_id
group by all
""",
    ),
}

_COMMENTS = """
select 'table', table_name, comment from duckdb_tables() where database_name = current_database()
union all
select 'view', view_name, comment from duckdb_views() where database_name = current_database() and not internal
"""


def fill(connection: Connection) -> None:
    """Fill the tables of the copy in use, attached as `fresh`, whose views of what they read are there."""
    there = _relations(connection, "fresh")
    for table, sums in SUMS.items():
        if there.issuperset(sums.reads):
            connection.execute(f"insert into {table} by name {sums.select} order by all")


def as_of(connection: Connection, day: date) -> list[str]:
    """Return the statements that lay them again over the copy attached as `tracker`, after the rows up to a day.

    Of an export, which lacks the rows, it is what their sums say of days up to that one.
    """
    there = _relations(connection, "tracker")
    return [
        f"create or replace temp view {table} as "
        + (
            sums.select
            if there.issuperset(sums.reads)
            else f"from tracker.main.{table} where {sums.day} <= {literal(day)}"
        )
        for table, sums in SUMS.items()
        if table in there
    ]


def _relations(connection: Connection, database: str) -> set[str]:
    found = rows(
        connection,
        "select table_name from duckdb_tables() where database_name = $name"
        " union all select view_name from duckdb_views() where database_name = $name",
        {"name": database},
    )
    return {name for (name,) in found}


def credits(connection: Connection) -> list[str]:
    """Return the statements that add to the comments on the tables, or views, in use whose figures they are."""
    known = {name: told for name, *told in rows(connection, "select name, attribution, licence from source_facts")}
    return [
        f"comment on {kind} {name} is {literal('{}; {} (licence: {})'.format(comment, *known[SUMS[name].source]))}"
        for kind, name, comment in rows(connection, _COMMENTS)
        if name in SUMS and SUMS[name].source in known
    ]


def leaving(table: str) -> str | None:
    """Return a table expression over the rows of a table of sums that may leave; None for another table.

    Reads the copy that is attached as `tracker`.
    """
    if table not in SUMS:
        return None
    stays = f"select 1 from tracker.source_facts where name = {literal(SUMS[table].source)} and use_rights = 'none'"
    return f"(from tracker.{table} where not exists ({stays}))"
