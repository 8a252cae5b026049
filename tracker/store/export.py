"""Copies for others: one self-contained DuckDB file, or a folder of Parquet files with a data dictionary.

The folder is the contract with other engines: integers to join on, one file a night, no views needed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from tracker import disk, files
from tracker.errors import NothingPublished, StoreError
from tracker.sql import connect
from tracker.sql.connect import Connection, explained, literal, transaction
from tracker.store import copies, exported
from tracker.store.base import LINK
from tracker.store.base.data_folder import OWN_SOURCE
from tracker.store.flow import shown as flow
from tracker.store.leaving import Leaving
from tracker.store.publish import annotated, parts
from tracker.store.publish.selects import PARTED
from tracker.store.publish.views import part_select
from tracker.store.read import open_published
from tracker.store.record import archive, rollup_files
from tracker.store.vintages import shown, summed

_MAY_LEAVE = (
    f"(source = {literal(OWN_SOURCE)} or source in (select name from tracker.source_facts where use_rights = 'rows'))"
)
PARQUET = "format parquet, compression zstd"
_ROLLUPS = {newest: rollup for rollup, newest in rollup_files.OPEN.items()}


def export_single_file(data_dir: Path, path: Path, *, memory_limit: str = "4GB") -> Path:
    """Write everything published, the record included, into one DuckDB file that any duckdb from 1.2 on can open."""
    with (
        explained(f"cannot export to {path}"),
        published_copy(data_dir, memory_limit) as connection,
        files.whole(path) as new,
    ):
        connect.attach(connection, new, "fresh")
        with transaction(connection):
            _fill(connection, data_dir)
        connection.execute("checkpoint fresh")
        connection.execute("use memory")
        connection.execute("detach fresh")
    return path


def _fill(connection: Connection, data_dir: Path) -> None:
    listing = archive.Listing.read(connection, "tracker")
    leaving = Leaving.read(connection, listing)
    leaving.note_models(connection, data_dir.resolve())
    for relation in (*annotated.relations("published.sql"), *annotated.relations("single_file.sql")):
        connection.execute(relation.statement)
    for own in _exported():
        source = leaving.of(_source(connection, listing, data_dir, own.name), own.stored)
        connection.execute(f"insert into {own.name} by name select {', '.join(own.stored)} from {source}")
    nightly = archive.nightly_sql(data_dir.resolve(), leaving.nights)
    connection.execute(f"insert into record_rows by name from {nightly}")
    _create_views(connection, listing)
    tables = [each for each in shown.shown(connection, "tracker") if each.may_leave]
    for table in tables:
        connection.execute(f"create table {table.name} as from {table.rows_sql(data_dir.resolve())}")
        connection.execute(f"create view {table.name}_current as {table.current_sql()}")
    for statement in shown.comment_statements(connection, tables, kind="table"):
        connection.execute(statement)


def export_parquet(
    data_dir: Path,
    folder: Path,
    *,
    memory_limit: str = "4GB",
    bring: Callable[[Path, Path], object] = shutil.copyfile,
) -> list[Path]:
    """Write every published table as Parquet, the record's nights as they are, a data dictionary and checksums.

    `bring` lets a night of the record stand at a path of the folder.
    """
    with explained(f"cannot export to {folder}"):
        is_used = bool(disk.listed(folder))
    if is_used:
        raise StoreError(f"{folder} is not empty; name a new folder, so that nothing old is taken for new")
    written = []
    with explained(f"cannot export to {folder}"), published_copy(data_dir, memory_limit) as connection:
        folder.mkdir(parents=True, exist_ok=True)
        connection.execute("use tracker")
        copies.with_record(connection, data_dir)  # views are exported too, from where their files are now
        listing = archive.Listing.read(connection, "tracker")
        leaving = Leaving.read(connection, listing)
        leaving.note_models(connection, data_dir.resolve())
        for table in _exported():
            name = exported.SHOWN_AS.get(table.name, table.name)
            written.append(folder / f"{name}.parquet")
            source = _source(connection, listing, data_dir, name).removeprefix("tracker.")
            source = leaving.of(source, table.stored)
            _copy(connection, source, written[-1])
        tables = shown.shown(connection, "tracker")
        for each in tables:
            if each.may_leave:
                written.append(folder / f"{each.name}.parquet")
                _copy(connection, each.rows_sql(data_dir.resolve()), written[-1])
        for name in leaving.nightly:
            written.append(folder / name)
            written[-1].parent.mkdir(parents=True, exist_ok=True)
            bring(data_dir / name, written[-1])
    with open_published(data_dir, memory_limit=memory_limit) as published:
        written.append(folder / "dictionary.csv")
        stays = {name for each in tables if not each.may_leave for name in (each.name, f"{each.name}_current")}
        published.schema().filter(~pl.col("table").is_in(stays)).write_csv(written[-1])
    sums = folder / exported.SUMS
    sums.write_text(
        "".join(f"{files.sha256(each)}  {each.relative_to(folder)}\n" for each in written), encoding="utf-8"
    )
    return [*written, sums]


def _copy(connection: Connection, source: str, path: Path) -> None:
    """Write rows in an order that follows from them: the same rows are the same bytes."""
    connection.execute(f"copy (from {source} order by all) to {literal(str(path))} ({PARQUET})")


def left_out(data_dir: Path) -> list[str]:
    """Return one sentence for each source whose rows an export leaves out, for its use rights forbid more."""
    with explained("cannot read the published copy"), published_copy(data_dir, "1GB") as connection:
        return _left_out(connection)


def _left_out(connection: Connection) -> list[str]:
    listing = archive.Listing.read(connection, "tracker")
    return [*Leaving.read(connection, listing).told, *shown.left_out(shown.shown(connection, "tracker"))]


def _exported() -> list[annotated.Relation]:
    return [each for each in annotated.relations("published.sql") if each.name not in exported.LAYOUT]


def _source(connection: Connection, listing: archive.Listing, data_dir: Path, name: str) -> str:
    """Return what holds the rows of a published table or view that leave, for the folder where it is now."""
    if name == "about":
        told = "; ".join(_left_out(connection))
        left = f" union all select 'left_out', {literal(told)}" if told else ""
        return f"(select key, value from tracker.about where key <> 'data_dir'{left})"
    if name == "source_tables":
        may_leave = "(select name from tracker.source_facts where use_rights = 'rows')"
        return f"(from tracker.source_tables where source in {may_leave})"
    if name == "signal_names":
        may_leave = "select name from tracker.source_facts where use_rights = 'rows'"
        tables = f"select table_name from tracker.source_tables where source in ({may_leave})"
        return f"(from tracker.signal_names where signal in ({tables}))"
    if sums := summed.leaving(name):
        return sums
    if name in PARTED and (in_parts := parts.Shown.read(connection, "tracker")):
        (relation,) = (each for each in annotated.relations("published.sql") if each.name == name)
        return f"({part_select(relation, data_dir, in_parts, 'tracker')})"
    rollup = _ROLLUPS.get(name, name)
    if rollup == "flow_flags":
        flags = rollup_files.rows_sql(data_dir.resolve(), listing.rollups, rollup, "tracker")
        return f"(from {flags} where {_MAY_LEAVE})"  # rows of models, which sums are not
    if name == "flow_incidents":
        return f"(from tracker.flow_incidents where model_key is null or {_MAY_LEAVE})"
    if rollup not in rollup_files.OPEN:
        return f"tracker.{name}"
    sums = rollup_files.rows_sql(data_dir.resolve(), listing.rollups, rollup, "tracker")
    if name != rollup:
        return sums
    (view,) = (each for each in annotated.relations("record_views.sql") if each.name == rollup)
    return f"({view.select({rollup: sums}).rstrip(';')})"


def _create_views(connection: Connection, listing: archive.Listing) -> None:
    sources = {
        "nightly": "record_rows",
        "history": "record_rows",
        "newest": listing.newest_sql(),
        **rollup_files.OPEN,
        **flow.sources(),
    }
    for relation in (*annotated.relations("published_views.sql"), *annotated.relations("record_views.sql")):
        connection.execute(relation.over(sources))
    connection.execute(annotated.comments(*annotated.FILES))
    for statement in summed.credits(connection):
        connection.execute(statement)


@contextmanager
def published_copy(data_dir: Path, memory_limit: str) -> Iterator[Connection]:
    """Open the newest published copy without a seal, attached as `tracker`, to copy from it."""
    files.require_data_folder(data_dir)
    link = data_dir / LINK
    if not disk.has_file(link):
        raise NothingPublished(f"nothing is published in {data_dir} yet; run `tracker update` first")
    connection = connect.instance(memory_limit)
    try:
        connect.attach(connection, link.resolve(), "tracker", read_only=True)
        connection.execute("use memory")
        if copies.lacking(connection, ("published.sql",)):
            raise StoreError("this copy was published by an earlier version; run `tracker publish`, then export it")
        yield connection
    finally:
        connection.close()
