"""Rows that may leave only under their source's own licence: its nights and tables, in files of their own.

    <folder>/share-alike/<source>/snapshots/snapshot_date=YYYY-MM-DD/<run_id>.parquet
    <folder>/share-alike/<source>/<table>.parquet

Whoever passes them on does so under that licence, so nothing else stands in these files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tracker.errors import Busy
from tracker.sql.connect import Connection, explained, literal, parquet, rows, value
from tracker.store import copies
from tracker.store.export import PARQUET, published_copy
from tracker.store.publish import annotated
from tracker.store.vintages import shown

FOLDER = "share-alike"
NIGHTS = "snapshots"

_NIGHTS = """
select n.source, n.file
from tracker.nights as n
join tracker.source_facts as s on s.name = n.source
where s.use_rights = 'share-alike'
order by n.source, n.snapshot_date
"""

_NIGHT = """
select r.snapshot_date, r.model_key, m.model_id, r.source, r.scope, r.downloads_30d, r.downloads_all_time, r.likes
from {night} as r
join models as m on m.model_key = r.model_key
order by r.model_key
"""


@dataclass(frozen=True)
class Alike:
    """What one source gives under its own licence: a table, its grain, its columns with their meaning, its files."""

    source: str
    table: str
    grain: str
    columns: Mapping[str, str]
    files: tuple[str, ...]  # relative to the folder


def export_alike(data_dir: Path, folder: Path, generation: int, *, memory_limit: str = "4GB") -> list[Alike]:
    """Write the rows of sources whose use rights are `share-alike` into a folder; return what was written, by source.

    A night names its models as they are called now. Raises Busy where another generation has been published since the
    one that the rest of the folder is of.
    """
    with explained(f"cannot export to {folder}"), published_copy(data_dir, memory_limit) as connection:
        connection.execute("use tracker")
        if value(connection, "select value from about where key = 'generation'") != str(generation):
            raise Busy("another copy was published while this one was exported; run it again")
        copies.with_record(connection, data_dir)
        return sorted(
            [*_nights(connection, data_dir, folder), *_tables(connection, data_dir, folder)],
            key=lambda each: (each.source, each.table),
        )


def _nights(connection: Connection, data_dir: Path, folder: Path) -> list[Alike]:
    written: dict[str, list[str]] = {}
    for source, file in rows(connection, _NIGHTS):
        name = f"{FOLDER}/{source}/{file}"
        night = parquet(data_dir.resolve() / file, hive_partitioning="false")
        _copy(connection, _NIGHT.format(night=night), folder / name)
        written.setdefault(source, []).append(name)
    (relation,) = (each for each in annotated.relations("record_views.sql") if each.name == NIGHTS)
    columns = {each.name: each.comment for each in relation.columns}
    grain = "one row per snapshot_date and model, with its name"
    return [Alike(source, NIGHTS, grain, columns, tuple(names)) for source, names in written.items()]


def _tables(connection: Connection, data_dir: Path, folder: Path) -> list[Alike]:
    written = []
    for each in shown.shown(connection, "tracker"):
        if each.use_rights == "share-alike" and each.files:
            name = f"{FOLDER}/{each.source}/{each.name}.parquet"
            _copy(connection, f"from {each.rows_sql(data_dir.resolve())} order by all", folder / name)
            columns = {**shown.VINTAGE, **{column.name: column.comment for column in each.columns}}
            written.append(Alike(each.source, each.name, each.grain, columns, (name,)))
    return written


def _copy(connection: Connection, select: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"copy ({select}) to {literal(str(path))} ({PARQUET})")
