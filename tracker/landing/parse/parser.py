"""Raw pages in, typed rows out: parsed in parts while the walk still goes on.

A part of some pages is parsed in the background as soon as they are on the disk (see part.py). At the end
each model's last sighting is kept, and the parts take their places as they are. So the end of a walk is
hardly later than its last page, and memory stays flat: two parts at a time, then 8 bytes a model to find
duplicates by.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType

import duckdb
import numpy as np
from numpy.typing import NDArray

from tracker import files
from tracker.errors import StoreError
from tracker.landing import PageLine, writing
from tracker.landing.parse import canonical
from tracker.landing.parse.part import PARQUET, Part, parse_part
from tracker.landing.parse.rows import rows_sql
from tracker.sql import connect

Hashes = NDArray[np.uint64]

MEMORY_LIMIT = "300MB"  # the parts under way need less than half of it; duplicates may make it spill
PART_MODELS = 60_000
MAX_PART_PAGES = 512  # small pages
PARTS_AT_ONCE = 2  # a thread each; where two share a part, one of them writes it alone, and reading costs a half more
FINISHING_THREADS = 2


@dataclass(frozen=True)
class ParseSummary:
    """Counts of one parse. `quarantined` are all records listed, `set_aside` those that are missing for it."""

    records: int
    models: int
    duplicates: int
    quarantined: int
    set_aside: int
    bytes_parquet: int
    oldest_created_at: datetime | None


class PageParser:
    """Parses the pages of a run behind the back of its walk. One DuckDB instance, a thread and a cursor a part.

    During a walk a part is done long before the next one is full, so that one core is left to the walk.
    """

    def __init__(self, folder: Path, snapshot_date: date) -> None:
        self.folder = folder
        self.snapshot_date = snapshot_date
        self._temporary = folder / "parse.tmp"
        self._parts = self._temporary / "models"
        self._waiting: list[PageLine] = []
        self._futures: list[Future[Part]] = []
        self._checked = 0  # futures that are known to have ended well
        self._cursors: SimpleQueue[connect.Connection] = SimpleQueue()
        self._stack = ExitStack()

    def __enter__(self) -> PageParser:
        with writing(self._temporary):
            shutil.rmtree(self._temporary, ignore_errors=True)
            self._parts.mkdir(parents=True)
        self._stack.callback(shutil.rmtree, self._temporary, ignore_errors=True)
        self._connection = connect.instance(MEMORY_LIMIT, 1, self._temporary / "spill")
        self._stack.callback(self._connection.close)
        # the order of rows is not kept: page and position say it
        self._connection.execute("set preserve_insertion_order = false")
        self._connection.execute(f"create type {canonical.TYPE} as {canonical.RECORD}")
        cursors = [self._stack.enter_context(self._connection.cursor()) for _ in range(PARTS_AT_ONCE)]
        self._pool = ThreadPoolExecutor(PARTS_AT_ONCE, thread_name_prefix="parse")
        self._stack.callback(self._pool.shutdown, cancel_futures=True)
        for cursor in cursors:
            self._cursors.put(cursor)
            self._stack.callback(cursor.interrupt)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def add(self, line: PageLine) -> None:
        """Take one more page that is on the disk. Raises StoreError where an earlier one could not be parsed."""
        self._waiting.append(line)
        if self._is_full():
            self._submit()
        while self._checked < len(self._futures) and self._futures[self._checked].done():
            self._result(self._futures[self._checked])
            self._checked += 1

    def finish(self) -> ParseSummary:
        """Parse what is left, keep each model once, and put the files in their places."""
        if self._waiting or not self._futures:
            self._submit()
        parts = [self._result(future) for future in self._futures]
        self._connection.execute(f"set threads = {FINISHING_THREADS}")
        try:
            duplicates = _drop_duplicates(self._connection, parts)
            summary = self._summary(parts, duplicates)
            with writing(self.folder):
                self._write_quarantine(parts)
                self._settle(parts)
            return summary
        except duckdb.Error as error:
            raise self._failed(error) from error

    def _is_full(self) -> bool:
        records = sum(line.records for line in self._waiting)
        return records >= PART_MODELS or len(self._waiting) >= MAX_PART_PAGES

    def _submit(self) -> None:
        target = self._parts / f"{len(self._futures):05}.parquet"
        lines, self._waiting = self._waiting, []
        self._futures.append(self._pool.submit(self._parse, lines, target))

    def _parse(self, lines: Sequence[PageLine], target: Path) -> Part:
        cursor = self._cursors.get()
        try:
            return parse_part(cursor, self.folder / "pages", lines, target, self.snapshot_date)
        finally:
            self._cursors.put(cursor)

    def _result(self, future: Future[Part]) -> Part:
        try:
            return future.result()
        except (duckdb.Error, OSError) as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> StoreError:
        return StoreError(
            f"cannot parse the pages in {self.folder}: {error}; they are landed: make room, then run again"
        )

    def _write_quarantine(self, parts: Sequence[Part]) -> None:
        target = self.folder / "quarantine.jsonl"
        target.unlink(missing_ok=True)
        if any(part.quarantine for part in parts):
            files.write(target, "".join(line for part in parts for line in part.quarantine))

    def _settle(self, parts: Sequence[Part]) -> None:
        """Replace the parts of an earlier parse on the disk: `landed` must not outlive them."""
        for part in parts:
            files.sync(part.path)
        target = self.folder / "models"
        shutil.rmtree(target, ignore_errors=True)
        self._parts.replace(target)
        files.sync_folder(target)

    def _summary(self, parts: Sequence[Part], duplicates: int) -> ParseSummary:
        paths = [part.path for part in parts]
        sql = f"select count(*), epoch_us(min(created_at)) from {rows_sql(paths)}"
        models, oldest = connect.rows(self._connection, sql)[0]
        set_aside = sum(part.set_aside for part in parts)
        return ParseSummary(
            records=models + duplicates + set_aside,
            models=models,
            duplicates=duplicates,
            quarantined=sum(len(part.quarantine) for part in parts),
            set_aside=set_aside,
            bytes_parquet=sum(path.stat().st_size for path in paths),
            oldest_created_at=None if oldest is None else datetime.fromtimestamp(oldest / 1e6, UTC),
        )


def _repeated(connection: connect.Connection, parts: Sequence[Part]) -> Hashes:
    """Return the hashes that more than one row has."""
    hashes: Hashes = np.empty(sum(part.rows for part in parts), dtype=np.uint64)
    filled = 0
    for part in parts:
        hashes[filled : filled + part.rows] = _hashes(connection, part)
        filled += part.rows
    hashes.sort()  # in its place: these are 8 bytes a model
    return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])


def _hashes(connection: connect.Connection, part: Part) -> Hashes:
    sql = f"select hash(hub_id) as h from {rows_sql([part.path])}"
    return np.asarray(connection.execute(sql).fetchnumpy()["h"], dtype=np.uint64)


def _drop_duplicates(connection: connect.Connection, parts: Sequence[Part]) -> int:
    """Leave only the last sighting of each hub_id in the parts; return how many rows went."""
    repeated = _repeated(connection, parts)
    if not len(repeated):
        return 0
    connection.execute("create temp table repeated as select unnest($h::ubigint[]) as h", {"h": repeated.tolist()})
    connection.execute(
        f"""
        create temp table losers as
        select page, position
        from (
          select page, position, row_number() over (partition by hub_id order by page desc, position desc) as nth
          from {rows_sql([part.path for part in parts])}
          where hash(hub_id) in (from repeated)
        )
        where nth > 1
        """
    )
    count: int = connect.value(connection, "select count(*) from losers")
    if count:  # else two hub_ids had the same hash, which happens among millions
        for part in parts:
            _drop_losers(connection, part)
    return count


def _drop_losers(connection: connect.Connection, part: Part) -> None:
    """Write a part again without the rows in the table `losers`, if it has any of them."""
    source = f"from {rows_sql([part.path])}"
    if connect.value(connection, f"select count(*) {source} semi join losers using (page, position)"):
        rest = part.path.with_suffix(".rest")
        kept = f"{source} anti join losers using (page, position)"
        connection.execute(f"copy ({kept}) to {connect.literal(str(rest))} {PARQUET}")
        rest.replace(part.path)
