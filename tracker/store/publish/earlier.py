"""Compatibility with copies of earlier versions: temporary views with today's columns, created when one is opened.

Before migration 0008 the column `family` held the line, and `families.top_family` the family. Before migration 0009
credit was a float weight; it is rounded to the nearest unit. Answers are then the same to 10^-9, and the next publish
counts exactly. Before migration 0017 there were no classes of licences: their columns are null, their tables empty.
"""

from __future__ import annotations

from tracker.sql.connect import Connection, literal, rows
from tracker.store.publish import annotated

# the former column of the line, then the present columns of family and line
_OF_THE_ROOT = ("family", "family", "line")
_WITH_LINES = {
    "models": ("family", "own_family", "own_line"),
    "parents": ("parent_family", "parent_family", "parent_line"),
    "lineage_rows": _OF_THE_ROOT,
    "lineage_variant_rows": _OF_THE_ROOT,
    "nearest_rows": _OF_THE_ROOT,
    "nearest_variants": _OF_THE_ROOT,
}
# tables that older copies lack; they are empty there
_LATER = (
    *("licenses", "license_tags", "stub_licenses"),
    *("counting_rules", "counted_libraries", "night_labels", "night_quality", "restatements", "derivatives_vintages"),
)
_LAID = ("families", "edges", "edge_variants", *_WITH_LINES, *_LATER)

_FAMILIES = """
select family as line, parent, top_family as family, developer, country, modality, first_release,
  family as weights_line, top_family as weights_family, false as from_scratch
from tracker.main.families
union all
select word, null, word, word, word, null, null, word, word, null
from (values ('unknown'), ('unreviewed')) as said(word)
"""

_SUMS = {
    "models": "bigint",
    "new_models": "bigint",
    "derivatives": "bigint",
    "downloads_30d": "decimal(38, 0)",
    "downloads_all_time": "decimal(38, 0)",
    "likes": "decimal(38, 0)",
}


def _calls_lines_families(connection: Connection) -> bool:
    """Return whether the copy is of before migration 0008, when `family` held the line."""
    return "top_family" in _columns(connection, "from tracker.main.families")


def lay_over(connection: Connection, sources: dict[str, str]) -> None:
    """Create temporary views: tables with today's columns, then today's views over these. A missing column is null.

    `sources`, the table expressions that the views over files read, is changed in the same way.
    """
    for table in _tables():
        connection.execute(f"create temp view {table.name} as {_todays(connection, table)}")
    for view in _views():
        connection.execute(view.temporary({}))
    for rollup in ("daily_rollup", "daily_families"):
        sources[rollup] = f"({_rollup(connection, sources[rollup])})"


def comment(connection: Connection) -> None:
    """Put today's comments on all temporary views, those over files included."""
    for laid in (*_tables(), *_views(), *annotated.relations("record_views.sql")):
        for statement in laid.comments:
            connection.execute(statement)


def _tables() -> list[annotated.Relation]:
    return [each for each in annotated.relations("published.sql") if each.name in _LAID]


def _views() -> list[annotated.Relation]:
    """Return today's views over tables, except `sources`, which older copies lack."""
    return [each for each in annotated.relations("published_views.sql") if each.name != "sources"]


def _columns(connection: Connection, select: str) -> set[str]:
    return {name for name, *_ in rows(connection, f"describe {select}")}


def _todays(connection: Connection, table: annotated.Relation) -> str:
    """Return a select of a table's rows with today's columns."""
    if not _has(connection, table.name):
        return f"select {', '.join(_later(column, set()) for column in table.columns)} where false"
    select = f"from tracker.main.{table.name}"
    if _calls_lines_families(connection):
        select = _FAMILIES if table.name == "families" else select
        select = _with_line(select, *_WITH_LINES[table.name]) if table.name in _WITH_LINES else select
    known = _columns(connection, select)
    later = [_later(column, known) for column in table.columns if column.name not in known]
    return f"select {', '.join(['*', *later])} from ({select})"


def _has(connection: Connection, table: str) -> bool:
    known = f"select 1 from duckdb_columns() where database_name = 'tracker' and table_name = {literal(table)}"
    return bool(rows(connection, known))


def _later(column: annotated.Column, known: set[str]) -> str:
    if column.name == "credit" and "weight" in known:
        return "round(weight * 1000000000)::integer as credit"
    return f"null::{column.type} as {column.name}"


def _rollup(connection: Connection, sums: str) -> str:
    """Return a select of a rollup's rows with their lines, and with sums in units of credit."""
    select = _with_line(f"from {sums}", *_OF_THE_ROOT) if _calls_lines_families(connection) else f"from {sums}"
    known = _columns(connection, select)
    units = [
        f"({name}::decimal(28, 9) * 1000000000)::{kind} as {name}_credit"
        for name, kind in _SUMS.items()
        if f"{name}_credit" not in known
    ]
    return f"select {', '.join(['*', *units])} from ({select})"


def _with_line(held: str, former: str, family: str, line: str) -> str:
    """Return a select of the rows with family and line; a line that the copy does not know is its own family."""
    return (
        f"select held.* exclude ({former}), held.{former} as {line}, "
        f"coalesce(of.top_family, held.{former}) as {family} "
        f"from ({held}) as held left join tracker.main.families as of on of.family = held.{former}"
    )
