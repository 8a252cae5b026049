"""The record: one immutable Parquet file a run, which outlives every database made from it.

    <data_dir>/snapshots/snapshot_date=YYYY-MM-DD/<run_id>.parquet    one row per model: day, key and counters
    <data_dir>/snapshots/snapshot_date=YYYY-MM-DD/<run_id>.json       its manifest: rows, sums, sha256

A night is sorted by the magnitude of its counters: outliers then share blocks, and a model takes 2.2 instead of 4.4
bytes. `months` stores ended months a second time, by model.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tracker import files
from tracker.errors import StoreError
from tracker.sql.connect import Connection, literal, parquet, rows, value
from tracker.store.record import rollup_files

# version 2 pages allow delta encoding, which duckdb chooses if a column chunk has more values than a dictionary may
# hold; likes have few values
PARQUET = "format parquet, parquet_version v2, compression zstd, compression_level 3, dictionary_size_limit {}"

# steps of a factor of eight: finer ones cost more in the unsorted keys than they save in the counters
MAGNITUDE = "case when {0} > 0 then floor(log2({0}) / 3)::integer else -1 end"

_NIGHT = f"""
select $day as snapshot_date, model_key, downloads_30d, downloads_all_time, likes, $source as source, $scope as scope
from {{tonight}}
order by {MAGNITUDE.format("downloads_all_time")}, model_key
"""

COUNTERS = "snapshot_date, model_key, source, scope, downloads_30d, downloads_all_time, likes"

# duckdb then skips files of other days by their folder's name, without reading each footer. It is not used if a folder
# above has a `=` in its name and would be read as a column too
_BY_DAY = {"hive_partitioning": "true", "hive_types": "{snapshot_date: date}"}


Nights = Sequence[tuple[date, str]]  # days, with their files relative to the data folder, oldest first


@dataclass(frozen=True)
class RecordFile:
    """A file of the record: its place relative to the data folder, and what must be found in it."""

    file: str
    models: int  # rows
    downloads_30d: int | None
    downloads_all_time: int | None
    likes: int | None
    sha256: str
    bytes: int


def write_night(
    connection: Connection,
    data_dir: Path,
    *,
    run_id: str,
    snapshot_date: date,
    source: str,
    scope: str,
    tonight: str = "tonight",
    instead_of: str | None = None,
) -> RecordFile:
    """Write a night into the record and return what was written; `tonight` is a table of its models and counters.

    A run that is recorded already keeps its file if the content is the same, else it gets a second one: files that a
    published copy names never change. `instead_of`: the sha256 of the file with the same rows in an older format.
    """
    folder = data_dir / "snapshots" / f"snapshot_date={snapshot_date.isoformat()}"
    path, digest = files.write_by_content(
        folder,
        lambda new: connection.execute(
            f"copy ({_NIGHT.format(tonight=tonight)}) to {literal(str(new))} ({PARQUET.format(1000)})",
            {"day": snapshot_date, "source": source, "scope": scope},
        ),
        lambda digest: _place(folder, run_id, digest),
    )
    counts = "count(*), sum(downloads_30d)::bigint, sum(downloads_all_time)::bigint, sum(likes)::bigint"
    models, last_30_days, all_time, likes = rows(connection, f"select {counts} from {tonight}")[0]
    name = path.relative_to(data_dir).as_posix()
    written = RecordFile(name, models, last_30_days, all_time, likes, digest, path.stat().st_size)
    about = {"run_id": run_id, "source": source, "scope": scope, "date": snapshot_date, "instead_of": instead_of}
    _write_manifest(path, written, {name: told for name, told in about.items() if told is not None})
    return written


def _place(folder: Path, run_id: str, digest: str) -> Path:
    """Return the path for a file of this content: the run's first that is free or holds the same content."""
    for number in range(1, 1000):
        path = folder / (f"{run_id}.parquet" if number == 1 else f"{run_id}-{number}.parquet")
        if not path.exists() or files.sha256(path) == digest:
            return path
    raise StoreError(f"{folder} holds 1000 files of the run {run_id}; something writes them again and again")


def _write_manifest(path: Path, written: RecordFile, about: Mapping[str, Any]) -> None:
    facts = {
        **{key: str(each) for key, each in about.items()},
        "rows": written.models,
        "downloads_30d": written.downloads_30d,
        "downloads_all_time": written.downloads_all_time,
        "likes": written.likes,
        "bytes": written.bytes,
        "sha256": written.sha256,
    }
    files.write(path.with_suffix(".json"), json.dumps(facts, indent=1) + "\n")


_NEWEST = """
select n.snapshot_date
from {database}.nights as n
join (
  select count(*) as models, sum(downloads_30d) as downloads_30d, sum(downloads_all_time) as downloads_all_time,
    sum(likes) as likes
  from {database}.{held}
) as m on m.models = n.models and m.downloads_30d is not distinct from n.downloads_30d
  and m.downloads_all_time is not distinct from n.downloads_all_time and m.likes is not distinct from n.likes
where n.snapshot_date = (select max(snapshot_date) from {database}.nights)
"""

# the models of the newest night: in a copy with parts, and in any other
_IN_PARTS = "newest_rows where is_shown and is_newest"
_IN_ITSELF = "models where last_seen = (select max(snapshot_date) from {database}.nights)"


@dataclass(frozen=True)
class Listing:
    """The files that a published copy reads, relative to the data folder, oldest first."""

    nights: Nights
    months: tuple[str, ...]
    open_nights: Nights  # those that no month file covers
    newest: date | None  # the newest night, if the table `models` holds exactly its rows
    rollups: rollup_files.Files | None  # the files of rollups; None if the copy holds all rollups itself
    has_flow: bool  # False for a copy of before there was flow
    has_settled_days: bool  # False for a copy without sums of settled days

    @classmethod
    def read(cls, connection: Connection, database: str) -> Listing:
        """Read the listing from the published copy that is attached under this name."""
        table = f"{database}.record_files"
        nights = rows(connection, f"select snapshot_date, file from {table} where month is null order by snapshot_date")
        months = rows(connection, f"select month, file from {table} where month is not null order by month")
        closed = {month for month, _ in months}
        held = _IN_PARTS if _has_parts(connection, database) else _IN_ITSELF.format(database=database)
        return cls(
            nights=tuple(nights),
            months=tuple(file for _, file in months),
            open_nights=tuple((day, file) for day, file in nights if day.replace(day=1) not in closed),
            newest=value(connection, _NEWEST.format(database=database, held=held)),
            rollups=rollup_files.listed(connection, database),
            has_flow=_has_table(connection, database, "flow_days"),
            has_settled_days=_has_settled_days(connection, database),
        )

    def newest_sql(self) -> str:
        """Return the newest night as an SQL literal."""
        return literal(self.newest) if self.newest else "null::date"

    @property
    def nightly(self) -> list[str]:
        """The nightly files."""
        return [file for _, file in self.nights]

    def nightly_sql(self, data_dir: Path) -> str:
        """Return a table expression over the nightly files, with their places under this folder."""
        return nightly_sql(data_dir, self.nights)

    def history_sql(self, data_dir: Path) -> str:
        """Return a table expression over closed months and the nights after them."""
        nightly = f"select {COUNTERS} from {nightly_sql(data_dir, self.open_nights)}"
        if not self.months:
            return f"({nightly})"
        closed = f"select {COUNTERS} from {parquet([data_dir / name for name in self.months])}"
        return f"({closed} union all {nightly})" if self.open_nights else f"({closed})"


def _has_table(connection: Connection, database: str, table: str) -> bool:
    known = "select 1 from duckdb_columns() where database_name = $database and table_name = $table"
    return bool(rows(connection, known, {"database": database, "table": table}))


def _has_settled_days(connection: Connection, database: str) -> bool:
    places = {"open_daily_flow": "true", "rollup_files": "rollup = 'daily_flow'"}
    kept = [
        f"exists (from {database}.{table} where {condition})"
        for table, condition in places.items()
        if _has_table(connection, database, table)
    ]
    found: bool = value(connection, f"select {' or '.join(['false', *kept])}")
    return found


def _has_parts(connection: Connection, database: str) -> bool:
    if not _has_table(connection, database, "newest_rows"):
        return False
    found: bool = value(connection, f"select count(*) > 0 from {database}.newest_rows")
    return found


def nightly_sql(data_dir: Path, nights: Nights) -> str:
    """Return a table expression over exactly these nightly files.

    All files of a generation have one format. Before migration 0024 only the folder's name had the day.
    """
    if not nights or holds_day(data_dir / nights[0][1]):
        by_day = {} if "=" in str(data_dir) else _BY_DAY
        return f"(select {COUNTERS} from {parquet([data_dir / file for _, file in nights], **by_day)})"
    without = COUNTERS.removeprefix("snapshot_date, ")
    told = (f"select {literal(day)} as snapshot_date, {without} from {parquet(data_dir / f)}" for day, f in nights)
    return f"({' union all '.join(told)})"


def holds_day(path: Path) -> bool:
    """Return whether a nightly file has the day as a column, by its footer; true for a file that is missing."""
    if not path.is_file():
        return True
    with path.open("rb") as file:
        file.seek(-8, os.SEEK_END)
        size = int.from_bytes(file.read(4), "little")
        file.seek(-8 - size, os.SEEK_END)
        return b"snapshot_date" in file.read(size)
