"""Raw pages in, typed rows out, in one streaming pass that costs less than the network it waits for.

DuckDB reads all pages as they were landed and writes one Parquet file. Records that are not canonical
(see canonical.py) come out without an identity; only their pages are then read once more, record by
record in Python, and the file is written again without them and with what could be saved. A night
without such records and without duplicates, the usual one, is a single pass.

Memory stays flat: DuckDB streams under a limit, and duplicates are found on 8 bytes a model.
"""

from __future__ import annotations

import gzip
import json
import logging
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path

import duckdb
import numpy as np

from tracker.errors import StoreError
from tracker.landing import page_name, read_journal, writing
from tracker.store import canonical, connect, records

log = logging.getLogger(__name__)

MEMORY_LIMIT = "300MB"  # measured: enough for pages of 64 MB, spills beyond
CHUNK_PAGES = 64  # pages looked at together when one of all cannot be read
RAW_CHARACTERS = 8192  # of a record kept in quarantine.jsonl; the whole stands in its page
MAX_LOGGED = 5
PARQUET = "(format parquet, compression zstd)"
# what duckdb raises for a page whose records do not have the expected shape
UNREADABLE = (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.OutOfRangeException)


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


def parse_pages(
    folder: Path, *, snapshot_date: date, threads: int = 2, memory_limit: str = MEMORY_LIMIT
) -> ParseSummary:
    """Write `models.parquet` and `quarantine.jsonl` of a landed run from its journal's pages.

    One row per hub_id, the one seen latest in the walk. Raises StoreError where the disk is full or a
    page is not a JSON list at all.
    """
    lines = read_journal(folder)
    longest = max((line.body_bytes for line in lines), default=0)
    parse = _Parse(folder, snapshot_date, [line.number for line in lines], longest)
    temporary = folder / "parse.tmp"
    with writing(folder):
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
    try:
        with connect.instance(memory_limit, threads, temporary) as connection:
            # the order of rows is not kept: page and position say it
            connection.execute("set preserve_insertion_order = false")
            return parse.run(connection, temporary)
    except duckdb.IOException as error:
        raise StoreError(f"cannot parse the pages in {folder}: {error}; make room, then run again") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


class _Parse:
    """One run's pages on their way into one file."""

    def __init__(self, folder: Path, snapshot_date: date, pages: Sequence[int], longest: int) -> None:
        self.folder = folder
        self.snapshot_date = snapshot_date
        self.pages = pages
        self.longest = longest
        self.sql = resources.files("tracker.store").joinpath("parse.sql").read_text(encoding="utf-8")

    def run(self, connection: connect.Connection, temporary: Path) -> ParseSummary:
        """Parse, judge the doubtful pages, leave duplicates out, put the file in its place."""
        bulk, rest = temporary / "bulk.parquet", temporary / "rest.jsonl"
        doubtful = self._parse_bulk(connection, bulk)
        quarantined, set_aside = self._judge(sorted(doubtful), rest)
        sources = [f"select * from read_parquet({connect.literal(str(bulk))})"]
        if doubtful:
            numbers = ", ".join(map(str, sorted(doubtful)))
            sources = [f"{sources[0]} where page not in ({numbers})", self._select_judged(rest)]
        everything = " union all ".join(sources)
        losers = _losers(connection, everything)
        result = bulk
        if doubtful or losers:
            result = temporary / "models.parquet"
            _write_without(connection, everything, losers, result)
        with writing(self.folder):
            result.replace(self.folder / "models.parquet")
        return self._summary(connection, len(losers), quarantined, set_aside)

    def _parse_bulk(self, connection: connect.Connection, target: Path) -> set[int]:
        """Write the typed rows of all readable pages; return the pages that need a closer look."""
        unreadable: set[int] = set()
        try:
            self._copy(connection, self.pages, target)
        except UNREADABLE as error:
            log.info("some pages do not have the expected shape: %s", str(error).splitlines()[0][:200])
            unreadable = set(self._unreadable(connection, self.pages))
            self._copy(connection, [page for page in self.pages if page not in unreadable], target)
        found = connect.rows(
            connection, f"select distinct page from read_parquet({connect.literal(str(target))}) where hub_id is null"
        )
        return unreadable | {page for (page,) in found}

    def _copy(self, connection: connect.Connection, pages: Sequence[int], target: Path) -> None:
        select = self._select(self._raw(pages), canonical.identity(self.snapshot_date))
        connection.execute(f"copy ({select}) to {connect.literal(str(target))} {PARQUET}")

    def _unreadable(self, connection: connect.Connection, pages: Sequence[int]) -> Iterator[int]:
        """Yield the pages that duckdb cannot read, looking at many at once."""
        step = CHUNK_PAGES if len(pages) > CHUNK_PAGES else 1
        for start in range(0, len(pages), step):
            chunk = pages[start : start + step]
            try:
                connection.execute(f"select count(r), count(r.id) from ({self._raw(chunk)})").fetchall()
            except UNREADABLE:
                yield from chunk if len(chunk) == 1 else self._unreadable(connection, chunk)

    def _select(self, source: str, identity: str) -> str:
        return self.sql.replace("{source}", source).replace("{identity}", identity)

    def _raw(self, pages: Sequence[int]) -> str:
        """Return a query for page, position and record of some pages, each value as text."""
        if not pages:
            return f"select 0 as page, 0 as position, null::{canonical.RECORD} as r where false"
        files = ", ".join(connect.literal(str(self._path(page))) for page in pages)
        # one page is one value: then several are read at once, and positions are known all the same
        return f"""
            select page, unnest(r) as r, generate_subscripts(r, 1)::integer as position
            from (
              select regexp_extract(filename, '(\\d+)\\.json\\.gz$', 1)::integer as page, r
              from read_json([{files}], columns = {{'r': '{canonical.RECORD}[]'}}, format = 'unstructured',
                records = false, filename = true, maximum_object_size = {max(2**20, 2 * self.longest)})
            )"""

    def _select_judged(self, path: Path) -> str:
        source = f"""
            select page, position, r from read_json({connect.literal(str(path))}, format = 'newline_delimited',
              columns = {{'page': 'integer', 'position': 'integer', 'r': '{canonical.RECORD}'}})"""
        return self._select(source, "r._id")

    def _judge(self, pages: Sequence[int], usable_path: Path) -> tuple[int, int]:
        """Judge pages record by record; return how many were listed, and how many of them set aside."""
        listed = set_aside = 0
        quarantine = self.folder / "quarantine.jsonl"
        quarantine.unlink(missing_ok=True)
        if not pages:
            return 0, 0
        with writing(quarantine), usable_path.open("w", encoding="utf-8") as usable, quarantine.open("w") as bad:
            for page in pages:
                for position, text in enumerate(self._records(page), 1):
                    judged = records.judge(text, self.snapshot_date)
                    if judged.usable is not None:
                        usable.write(_usable_line(page, position, judged))
                    if judged.problems:
                        listed += 1
                        set_aside += judged.usable is None
                        bad.write(_quarantine_line(page, position, judged, text))
                        if listed <= MAX_LOGGED:
                            log.info("page %d, record %d: %s", page, position, "; ".join(judged.problems))
        if not listed:
            quarantine.unlink()
        return listed, set_aside

    def _records(self, page: int) -> list[str]:
        path = self._path(page)
        try:
            return list(records.split(gzip.decompress(path.read_bytes()).decode("utf-8", "surrogateescape")))
        except (records.NotAList, OSError, EOFError) as error:
            raise StoreError(f"{path} cannot be parsed: {error}; run `tracker collect --no-resume`") from error

    def _path(self, page: int) -> Path:
        return self.folder / "pages" / page_name(page)

    def _summary(
        self, connection: connect.Connection, duplicates: int, quarantined: int, set_aside: int
    ) -> ParseSummary:
        path = self.folder / "models.parquet"
        models, oldest = connect.rows(
            connection,
            f"select count(*), epoch_us(min(created_at)) from read_parquet({connect.literal(str(path))})",
        )[0]
        return ParseSummary(
            records=models + duplicates + set_aside,
            models=models,
            duplicates=duplicates,
            quarantined=quarantined,
            set_aside=set_aside,
            bytes_parquet=path.stat().st_size,
            oldest_created_at=None if oldest is None else datetime.fromtimestamp(oldest / 1e6, UTC),
        )


def _losers(connection: connect.Connection, everything: str) -> list[tuple[int, int]]:
    """Return page and position of every record whose hub_id was seen again later in the walk."""
    hashes = connection.execute(f"select hash(hub_id) as h from ({everything})").fetchnumpy()["h"]
    hashes = np.sort(np.asarray(hashes))
    repeated = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
    if not len(repeated):
        return []
    connection.execute("create or replace temp table repeated (h ubigint)")
    connection.executemany("insert into repeated values (?)", [(int(each),) for each in repeated])
    return connect.rows(
        connection,
        f"""select page, position from (
              select page, position,
                row_number() over (partition by hub_id order by page desc, position desc) as nth
              from ({everything}) where hash(hub_id) in (from repeated)
            ) where nth > 1""",
    )


def _write_without(
    connection: connect.Connection, everything: str, losers: Sequence[tuple[int, int]], target: Path
) -> None:
    connection.execute("create or replace temp table losers (page integer, position integer)")
    if losers:
        connection.executemany("insert into losers values (?, ?)", list(losers))
    kept = f"from ({everything}) anti join losers using (page, position)"
    connection.execute(f"copy ({kept}) to {connect.literal(str(target))} {PARQUET}")


def _usable_line(page: int, position: int, judged: records.Judged) -> str:
    return json.dumps({"page": page, "position": position, "r": judged.usable}, ensure_ascii=False) + "\n"


def _quarantine_line(page: int, position: int, judged: records.Judged, text: str) -> str:
    usable = judged.usable or {}
    line = {
        "page": page,
        "position": position,
        "hub_id": judged.hub_id,
        "model_id": usable.get("id"),
        "outcome": "set aside" if judged.usable is None else "kept without these values",
        "reason": "; ".join(judged.problems),
        "raw": text[:RAW_CHARACTERS],
    }
    return json.dumps(line) + "\n"
