"""An exported folder as a copy: views over its Parquet files, under the names that a published copy has.

One that came from an object store has its tables under names that follow from their content; the newest of its exports
says which.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tracker import disk, files
from tracker.errors import StoreError
from tracker.sql.connect import Connection, literal, parquet, rows
from tracker.store.base.model_columns import COUNTING
from tracker.store.flow import shown as flow
from tracker.store.publish import annotated
from tracker.store.record import archive, rollup_files
from tracker.store.vintages import shown, summed

SUMS = "SHA256SUMS"

# the tables that stand in a folder as the views which people read
SHOWN_AS = {
    "lineage_rows": "lineage",
    "lineage_variant_rows": "lineage_variants",
    "nearest_rows": "nearest",
    "source_facts": "sources",
    **{newest: rollup for rollup, newest in rollup_files.OPEN.items()},
}
_WITHOUT_ROOTS = ("lineage_rows", "nearest_rows")  # a root speaks for itself: the views add it

# the layout of a data folder is not exported; an exported folder holds these files instead
LAYOUT = {
    "record_files": "select snapshot_date, null as month, file, models, null as sha256, null as bytes from nights"
    " where file is not null",
    "part_files": "select null, null, null, null, null, null where false",
    "changed_models": "select null, null where false",
    "newest_rows": f"select {', '.join(['null'] * (3 + len(COUNTING)))} where false",
    "rollup_files": "select null, null, null, null, null, null where false",
    "source_files": "select source, table_name, null, null, file, null, null, null, null"
    " from source_tables join (values {tables}) as t(table_name, file) using (table_name)",
}


def require_whole(folder: Path) -> None:
    """Raise StoreError where a file of the export is not there."""
    try:
        listed = [*_named(folder).values()]
        missing = [name for name in listed if not disk.has_file(folder / name)]
    except FileNotFoundError as error:
        raise StoreError(f"{error.filename} is missing; copy the exported folder again, whole") from error
    except OSError as error:
        raise StoreError(f"cannot read {error.filename}: {disk.told(error)}") from error
    if missing:
        raise StoreError(
            f"{folder} lacks {len(missing):,} of its {len(listed):,} files, the first is {missing[0]}; "
            "copy the exported folder again, whole"
        )


def lay_views(connection: Connection, folder: Path) -> list[str]:
    """Create the views of a copy in the database in use; return the columns that the folder lacks, then none."""
    tables = annotated.relations("published.sql")
    there = {Path(name).stem: folder / file for name, file in _named(folder).items() if "/" not in name}
    lacking = [f"{table.name}.{name}" for table in tables for name in _lacking(connection, there, table)]
    if lacking:
        return lacking
    for table in tables:
        named = ", ".join(each.name for each in table.columns)
        connection.execute(f"create view {table.name}({named}) as {_select(folder, there, table)}")
    for relation in annotated.relations("published_views.sql"):
        connection.execute(relation.statement)
    listing = archive.Listing.read(connection, "tracker")
    sources = {"nightly": listing.nightly_sql(folder), "history": listing.history_sql(folder)}
    for relation in annotated.relations("record_views.sql"):
        connection.execute(
            relation.over({**sources, "newest": listing.newest_sql(), **rollup_files.OPEN, **flow.sources()})
        )
    _comment(connection)
    signals = shown.shown(connection, "tracker")
    for statement in shown.view_statements(signals, folder):
        connection.execute(statement)
    for statement in shown.comment_statements(connection, signals):  # asks what the views give
        connection.execute(statement)
    return []


def _named(folder: Path) -> dict[str, str]:
    """Return the files of an export by their names in an exported folder: where each stands in this one."""
    exports = [path for path in disk.matching(folder / files.EXPORTS, "*.json") if path.stem.isdigit()]
    if not exports:
        lines = disk.read_text(folder / SUMS).splitlines()
        return {name: name for name in (line.partition("  ")[2] for line in lines)}
    newest = max(exports, key=lambda path: int(path.stem))
    try:
        return {each["name"]: each["object"] for each in json.loads(disk.read_text(newest))["files"]}
    except (ValueError, LookupError, TypeError) as error:
        raise StoreError(f"{newest} cannot be read: {error!r}; copy the exported folder again, whole") from error


def _lacking(connection: Connection, there: Mapping[str, Path], table: annotated.Relation) -> list[str]:
    """Return the columns of a table that its file lacks, all of them where there is no file."""
    if table.name in LAYOUT:
        return []
    path = there.get(_shown_as(table))
    is_there = path is not None and path.is_file()
    known = {name for name, *_ in rows(connection, f"describe from {parquet(path)}")} if path and is_there else set()
    return [each.name for each in table.columns if each.name not in known]


def _select(folder: Path, there: Mapping[str, Path], table: annotated.Relation) -> str:
    """Return the rows of a table, each column with its type."""
    if table.name in LAYOUT:
        tables = ", ".join(
            f"({literal(name)}, {literal(path.relative_to(folder).as_posix())})" for name, path in there.items()
        )
        typed = ", ".join(f"#{at}::{each.type}" for at, each in enumerate(table.columns, start=1))
        return f"select {typed} from ({LAYOUT[table.name].format(tables=tables)})"
    held = f"select {', '.join(each.name for each in table.columns)} from {parquet(there[_shown_as(table)])}"
    if table.name in _WITHOUT_ROOTS:
        return f"{held} where model_key not in (select model_key from models where is_root)"
    return held


def _shown_as(table: annotated.Relation) -> str:
    return SHOWN_AS.get(table.name, table.name)


def _comment(connection: Connection) -> None:
    for name in ("published.sql", "published_views.sql", "record_views.sql"):
        for statement in (each for relation in annotated.relations(name) for each in relation.comments):
            connection.execute(statement.replace("comment on table", "comment on view", 1))
    for statement in summed.credits(connection):
        connection.execute(statement)
