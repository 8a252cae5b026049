"""A copy that an earlier version published, in today's words: temporary views over it, laid when it is opened.

Before migration 0008 `family` was the line, and `families.top_family` what is called family now. Before migration 0009
credit was a weight, here taken for the nearest unit: answers are the same to 10^-9, the next publish counts exactly.
Before migration 0017 nothing was said of what licences allow: their columns are null, their tables empty.
"""

from __future__ import annotations

from tracker.sql.connect import Connection, literal, rows
from tracker.store.publish import annotated

# the column that named a line, and what family and line are called there now
_OF_THE_ROOT = ("family", "family", "line")
_WITH_LINES = {
    "models": ("family", "own_family", "own_line"),
    "parents": ("parent_family", "parent_family", "parent_line"),
    "lineage_rows": _OF_THE_ROOT,
    "lineage_variant_rows": _OF_THE_ROOT,
    "nearest_rows": _OF_THE_ROOT,
    "nearest_variants": _OF_THE_ROOT,
}
# tables that came later: they are empty there
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
    """Return whether its families are lines."""
    return "top_family" in _columns(connection, "from tracker.main.families")


def lay_over(connection: Connection, sources: dict[str, str]) -> None:
    """Lay its tables with today's columns over it, and today's views over these; a column that came later is null.

    `sources`, what the views over files read, is changed likewise.
    """
    for table in _tables():
        connection.execute(f"create temp view {table.name} as {_todays(connection, table)}")
    for view in _views():
        connection.execute(view.temporary({}))
    for rollup in ("daily_rollup", "daily_families"):
        sources[rollup] = f"({_rollup(connection, sources[rollup])})"


def comment(connection: Connection) -> None:
    """Put today's comments on all that is laid over it, views over files included."""
    for laid in (*_tables(), *_views(), *annotated.relations("record_views.sql")):
        for statement in laid.comments:
            connection.execute(statement)


def _tables() -> list[annotated.Relation]:
    return [each for each in annotated.relations("published.sql") if each.name in _LAID]


def _views() -> list[annotated.Relation]:
    """Return today's views of tables; that of sources is left as it is, older copies know of none."""
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
    """Return a select of the rows of a rollup with their lines, and their sums in units of credit."""
    select = _with_line(f"from {sums}", *_OF_THE_ROOT) if _calls_lines_families(connection) else f"from {sums}"
    known = _columns(connection, select)
    units = [
        f"({name}::decimal(28, 9) * 1000000000)::{kind} as {name}_credit"
        for name, kind in _SUMS.items()
        if f"{name}_credit" not in known
    ]
    return f"select {', '.join(['*', *units])} from ({select})"


def _with_line(held: str, former: str, family: str, line: str) -> str:
    """Return a select of what is held with family and line; a line that the copy does not know stands for itself."""
    return (
        f"select held.* exclude ({former}), held.{former} as {line}, "
        f"coalesce(of.top_family, held.{former}) as {family} "
        f"from ({held}) as held left join tracker.main.families as of on of.family = held.{former}"
    )
