"""Some pages in, one Parquet file out: the bulk in one pass of DuckDB, odd records one by one.

DuckDB reads the pages as they were landed. Records that are not canonical (see canonical.py) come out
without an identity; only they are then looked at once more, one by one in Python, and the part is written
again without them and with what could be saved. Usually there are none.
"""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

import duckdb

from tracker.columns import LANDED
from tracker.errors import StoreError
from tracker.landing import PageLine
from tracker.landing.parse import canonical, records
from tracker.landing.parse.rows import rows_sql
from tracker.sql import connect

log = logging.getLogger(__name__)

CHUNK_PAGES = 8  # pages looked at together when one of a part cannot be read
RAW_CHARACTERS = 8192  # of a record kept in quarantine.jsonl; the whole stands in its page
MAX_LOGGED = 5  # records a part
ROW_GROUP = 8_192  # models: what is held before it is written
# level 3 would save 3 % for an eighth of the time; version 2 is read an eighth faster
PARQUET = f"(format parquet, parquet_version v2, row_group_size {ROW_GROUP}, compression zstd, compression_level 1)"
SQL = resources.files("tracker.landing.parse").joinpath("parse.sql").read_text(encoding="utf-8")
# what duckdb raises for a page whose records do not have the expected shape
UNREADABLE = (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.OutOfRangeException)


@dataclass(frozen=True)
class Part:
    """A parsed part. `quarantine` has lines of JSON."""

    path: Path
    rows: int
    quarantine: tuple[str, ...]
    set_aside: int


def parse_part(
    connection: connect.Connection, pages_folder: Path, lines: Sequence[PageLine], target: Path, snapshot_date: date
) -> Part:
    """Write the typed rows of some pages to `target`. Raises StoreError for a page that is not a JSON list."""
    reading = _Reading(connection, pages_folder, lines, snapshot_date)
    doubtful = reading.copy_bulk(target)
    quarantine: list[str] = []
    set_aside = 0
    if doubtful:
        rest = target.with_suffix(".jsonl")
        quarantine, set_aside = reading.judge(doubtful, rest)
        reading.merge(target, rest)
        rest.unlink()
    rows = connect.value(connection, f"select count(*) from {rows_sql([target])}")
    return Part(target, rows, tuple(quarantine), set_aside)


class _Reading:
    """Pages on their way into one file."""

    def __init__(
        self, connection: connect.Connection, folder: Path, lines: Sequence[PageLine], snapshot_date: date
    ) -> None:
        self.connection = connection
        self.folder = folder
        self.paths = {line.number: folder / line.file_name for line in lines}
        self.longest = max((line.body_bytes for line in lines), default=0)
        self.snapshot_date = snapshot_date

    def copy_bulk(self, target: Path) -> dict[int, set[int]]:
        """Write the typed rows of all readable pages; return what needs a closer look.

        That is page -> positions of records; no positions stand for all of a page that could not be read.
        """
        unreadable: list[int] = []
        pages = list(self.paths)
        try:
            self._copy(pages, target)
        except UNREADABLE as error:
            log.info("some pages do not have the expected shape: %s", str(error).splitlines()[0][:200])
            unreadable = list(self._unreadable(pages))
            self._copy([page for page in pages if page not in unreadable], target)
        doubtful: dict[int, set[int]] = {page: set() for page in unreadable}
        sql = f"select page, position from {rows_sql([target])} where hub_id is null"
        for page, position in connect.rows(self.connection, sql):
            doubtful.setdefault(page, set()).add(position)
        return dict(sorted(doubtful.items()))

    def judge(self, doubtful: Mapping[int, set[int]], usable_path: Path) -> tuple[list[str], int]:
        """Judge records one by one; return the lines for the quarantine, and how many records are set aside."""
        quarantine: list[str] = []
        set_aside = 0
        with usable_path.open("w", encoding="utf-8") as usable:
            for page, positions in doubtful.items():
                for position, text in enumerate(self._records(page), 1):
                    if positions and position not in positions:
                        continue
                    judged = records.judge(text, self.snapshot_date)
                    if judged.usable is not None:
                        usable.write(_usable_line(page, position, judged))
                    if judged.problems:
                        quarantine.append(_quarantine_line(page, position, judged, text))
                        set_aside += judged.usable is None
                        if len(quarantine) <= MAX_LOGGED:
                            log.info("page %d, record %d: %s", page, position, "; ".join(judged.problems))
        return quarantine, set_aside

    def merge(self, target: Path, usable_path: Path) -> None:
        """Write the part again: without the doubtful records, with what was usable in them."""
        bulk = target.with_suffix(".bulk")
        target.replace(bulk)
        source = f"""
            select page, position, r from read_json({connect.places(usable_path)},
              hive_partitioning = false, format = 'newline_delimited',
              columns = {{'page': 'integer', 'position': 'integer', 'r': '{canonical.TYPE}'}})"""
        merged = f"select * from {rows_sql([bulk])} where hub_id is not null union all {_select(source, 'r._id')}"
        self.connection.execute(f"copy ({merged}) to {connect.literal(str(target))} {PARQUET}")
        bulk.unlink()

    def _copy(self, pages: Sequence[int], target: Path) -> None:
        select = _select(self._raw(pages), canonical.identity(self.snapshot_date))
        self.connection.execute(f"copy ({select}) to {connect.literal(str(target))} {PARQUET}")

    def _unreadable(self, pages: Sequence[int]) -> Iterator[int]:
        """Yield the pages that duckdb cannot read, looking at several at once."""
        step = CHUNK_PAGES if len(pages) > CHUNK_PAGES else 1
        for start in range(0, len(pages), step):
            chunk = pages[start : start + step]
            try:
                self.connection.execute(f"select count(r), count(r.id) from ({self._raw(chunk)})").fetchall()
            except UNREADABLE:
                yield from chunk if len(chunk) == 1 else self._unreadable(chunk)

    def _raw(self, pages: Sequence[int]) -> str:
        """Return a query for page, position and record of some pages, each value as text."""
        if not pages:
            return f"select 0 as page, 0 as position, null::{canonical.TYPE} as r where false"
        files = ", ".join(connect.places(self.paths[page]) for page in pages)
        # One page is one value, so that positions are known whatever the order they are read in, and one line, as the
        # Hub writes it. One of several lines is read record by record.
        return f"""
            select page, unnest(r) as r, generate_subscripts(r, 1)::integer as position
            from (
              select regexp_extract(filename, '(\\d+)\\.json\\.gz$', 1)::integer as page, r
              from read_json([{files}], hive_partitioning = false, columns = {{'r': '{canonical.TYPE}[]'}},
                format = 'newline_delimited', records = false, filename = true,
                maximum_object_size = {max(2**20, 2 * self.longest)})
            )"""

    def _records(self, page: int) -> list[str]:
        path = self.paths[page]
        try:
            return records.split(gzip.decompress(path.read_bytes()).decode("utf-8", "surrogateescape"))
        except (records.NotAList, OSError, EOFError) as error:
            raise StoreError(f"{path} cannot be parsed: {error}; run `tracker collect --no-resume`") from error


def _select(source: str, identity: str) -> str:
    columns = ",\n    ".join(canonical.typed(column) for column in LANDED)
    return SQL.format(source=source, identity=identity, columns=columns)


def _usable_line(page: int, position: int, judged: records.Judged) -> str:
    return json.dumps({"page": page, "position": position, "r": judged.usable}, ensure_ascii=False) + "\n"


def _quarantine_line(page: int, position: int, judged: records.Judged, text: str) -> str:
    line = {
        "page": page,
        "position": position,
        "hub_id": judged.hub_id,
        "model_id": (judged.usable or {}).get("id"),
        "outcome": "set aside" if judged.usable is None else "kept without these values",
        "reason": "; ".join(judged.problems),
        "raw": text[:RAW_CHARACTERS],
    }
    return json.dumps(line) + "\n"
