"""The views of a copy: over its own tables, and over the files beside it at the data folder's present path."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from tracker.sql.connect import Connection, literal, rows
from tracker.store.flow import settling
from tracker.store.flow import shown as flow
from tracker.store.publish import annotated, parts
from tracker.store.publish.selects import PARTED
from tracker.store.record import archive, rollup_files
from tracker.store.vintages import shown, summed

IN_FILES = "; stands in files of the data folder, which a file alone does not have: see `tracker export --single-file`"
DESCRIBED = "described_models"  # a view over parts of models without their newest counters
_IN_ITSELF = ("daily_families", "downloads_by_family", "downloads_by_country", "sources")  # need no file beside it

# the views over the tables of a copy with parts; DESCRIBED is created over the parts themselves
VIEWS = tuple(each for each in annotated.relations("published_views.sql") if each.name != DESCRIBED)

# empty tables for the views of flow, in a copy from before there was flow
_NO_FLOW = {
    name: f"(select {', '.join(f'null::{each.type} as {each.name}' for each in relation.columns)} where false)"
    for relation in annotated.relations("published.sql")
    if (name := relation.name.removeprefix("open_")).startswith("flow_")
}


def create_views(
    connection: Connection, data_dir: Path, in_files: Collection[str] = (), made: Collection[str] = ()
) -> None:
    """Create the views of the copy in use, and the comments on all its relations.

    `in_files`: tables, beside those of models, that are views in it. `made`: relations that exist with their comments.
    """
    listing = archive.Listing.read(connection, "fresh")
    views = VIEWS if parts.Shown.read(connection, "fresh") else annotated.relations("published_views.sql")
    statements = [each.statement for each in views if each.name not in made]
    for statement in (*statements, *record_statements(record_sources(data_dir, listing))):
        connection.execute(statement)
    files = ("published.sql", "published_views.sql", "record_views.sql")
    connection.execute(annotated.comments(*files, views={*PARTED, *in_files}, beside=made))
    for statement in _told_of_files(connection):
        connection.execute(statement)
    for statement in summed.credits(connection):
        connection.execute(statement)
    tables = shown.shown(connection, "fresh")
    for statement in shown.view_statements(tables, data_dir):
        connection.execute(statement)
    for statement in shown.comment_statements(connection, tables):
        connection.execute(statement)


def _told_of_files(connection: Connection) -> list[str]:
    """Return the statements that add to a view's comment that it reads files, for clients that see only the comment."""
    known = "select view_name, comment from duckdb_views() where database_name = 'fresh' and not internal"
    return [
        f"comment on view {name} is {literal(comment + IN_FILES)}"
        for name, comment in rows(connection, known)
        if comment and name not in _IN_ITSELF
    ]


def create_part_views(connection: Connection, data_dir: Path) -> None:
    """Create the tables of models of the copy attached as `fresh`, after the tables that they read are filled."""
    if in_parts := parts.Shown.read(connection, "fresh"):
        for statement in part_statements(data_dir, in_parts):
            connection.execute(statement)


def part_statements(
    data_dir: Path, in_parts: parts.Shown, database: str | None = None, *, temporary: bool = False
) -> list[str]:
    """Return the statements that create the tables of models and DESCRIBED as views over their parts."""
    create = "create or replace temp view" if temporary else "create view"
    selects = {
        relation.name: part_select(relation, data_dir, in_parts, database)
        for relation in annotated.relations("published.sql")
        if relation.name in PARTED
    }
    selects[DESCRIBED] = _described_select(data_dir, in_parts, database)
    return [f"{create} {name} as {select}" for name, select in selects.items()]


def lay_described(connection: Connection, data_dir: Path) -> None:
    """Create `described_models` as a temporary view over the copy attached as `tracker`, which lacks it."""
    if in_parts := parts.Shown.read(connection, "tracker"):
        connection.execute(f"create temp view {DESCRIBED} as {_described_select(data_dir, in_parts, 'tracker')}")
    else:
        connection.execute(_described().temporary({}))


def moved_statements(data_dir: Path, in_parts: parts.Shown, database: str) -> list[str]:
    """Return the statements that create temporary views of the tables of models, and their readers, in a moved copy.

    Views that came after it was published are left out: it lacks the tables that they read.
    """
    views = annotated.relations("published_views.sql")
    known = in_parts.columns.keys() - {DESCRIBED}
    laid = [each.temporary({}) for each in views if each.kind == "macro" or each.name in known]
    return [*part_statements(data_dir, in_parts, database, temporary=True), *laid]


def part_select(
    relation: annotated.Relation, data_dir: Path, in_parts: parts.Shown, database: str | None = None
) -> str:
    """Return the select of a table of models over its parts at their present path.

    Columns that came after the copy was published are null.
    """
    return _select(relation, data_dir, in_parts, database, has_newest=relation.name == "models")


def _described_select(data_dir: Path, in_parts: parts.Shown, database: str | None = None) -> str:
    """Return the select of `described_models` over the parts of models, in which a filter skips most of the file."""
    (models,) = (each for each in annotated.relations("published.sql") if each.name == "models")
    told = {each.name for each in _described().columns}
    columns = tuple(each for each in models.columns if each.name in told)
    return _select(replace(models, columns=columns), data_dir, in_parts, database, has_newest=False)


def _described() -> annotated.Relation:
    (relation,) = (each for each in annotated.relations("published_views.sql") if each.name == DESCRIBED)
    return relation


def _select(
    relation: annotated.Relation, data_dir: Path, in_parts: parts.Shown, database: str | None, *, has_newest: bool
) -> str:
    files = in_parts.files[relation.name]
    held = parts.rows_sql(data_dir.resolve(), files, relation.name, database, has_newest=has_newest)
    there = in_parts.columns.get(relation.name)  # None: it is being published
    held_as = {
        each.name: _held(each, in_parts.newest) if there is None or each.name in there else f"null::{each.type}"
        for each in relation.columns
    }
    columns = ", ".join(f"{expression} as {name}" for name, expression in held_as.items())
    return f"select {columns} from {held} as r"


def _held(column: annotated.Column, newest: date) -> str:
    """Return the expression of a column; one that changes with every night is not read from a part."""
    if column.made_of:
        return column.made_of
    if column.name == "last_seen":
        return f"coalesce(r.last_seen, {literal(newest)})"
    return f"r.{column.name}::{column.type}"


def record_sources(data_dir: Path, listing: archive.Listing, database: str | None = None) -> dict[str, str]:
    """Return by name the table expressions that views over files read, for the folder's present path."""
    place = data_dir.resolve()
    sources = {
        "nightly": listing.nightly_sql(place),
        "history": listing.history_sql(place),
        "newest": listing.newest_sql(),
    }
    for rollup in rollup_files.OPEN:
        sources[rollup] = rollup_files.rows_sql(place, listing.rollups, rollup, database)
    days = "flow_days" if listing.has_flow else _NO_FLOW["flow_days"]
    if not listing.has_flow:
        sources |= _NO_FLOW
    if not listing.has_settled_days:
        sources |= settled_sources(days)
    return {**sources, **flow.sources(days)}


def settled_sources(days: str = "flow_days") -> dict[str, str]:
    """Return the table expressions for views of settled days in a copy without their sums: computed from nights."""
    return {sums: settling.values(sums, days) for sums in settling.SUMS}


def record_statements(sources: Mapping[str, str], *, temporary: bool = False) -> list[str]:
    """Return the statements that create the views over files beside the copy."""
    return [
        relation.temporary(sources) if temporary else relation.over(sources)
        for relation in annotated.relations("record_views.sql")
    ]
