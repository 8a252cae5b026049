"""The keyless exports: a manifest names a dated file, its size and its hash; the file is believed where they agree.

datasets/exports/rankings-daily/latest.manifest.json
datasets/exports/rankings-daily/2026-10-08.csv                 the thirty days before that day
datasets/exports/rankings-daily/2026-10-08.manifest.json
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from tracker.errors import SourceError, SourceRefused
from tracker.landing import LandedRun
from tracker.sources.contract import Context
from tracker.sources.http import Answer, Client, Missing
from tracker.sources.reading import exact, keys

FOLDER = "datasets/exports/rankings-daily"
HEADER = ("date", "model_permaslug", "rank", "total_tokens", "share_of_daily_tokens")
KNOWN = (
    *("dataset", "schema_version", "snapshot_date", "retrieved_at", "row_count", "update_cadence"),
    *("license", "attribution", "readme_url", "files"),
)
KNOWN_OF_FILE = ("url", "encoding_format", "bytes", "sha256")
DAYS = 30  # that an export holds
DAY = timedelta(days=1)
TRIES = 3  # while a new export replaces the one before
LATER = 3  # exports that may hold a day, tried where the first of them is missing


@dataclass(frozen=True)
class Export:
    """One export: the day it was made on, and its two files by the names that they are landed under."""

    day: date
    files: Mapping[str, Answer]

    @property
    def first(self) -> date:
        """The first day that it tells of."""
        return self.day - DAYS * DAY


def newest(context: Context) -> Export:
    """Return the newest export. Raises SourceRefused where what comes is none, or never agrees with its manifest."""
    for left in reversed(range(TRIES)):
        try:
            found = _export(context.http, "latest")
            told = exact.document(found.files[f"{found.day}.manifest.json"].content, "the manifest")
            keys.remark_new(context, "the manifest", [told], KNOWN)
            keys.remark_new(context, "the manifest's file", [told["files"]["csv"]], KNOWN_OF_FILE)
            return found
        except _Replaced as error:
            if not left:
                raise SourceRefused(f"{error}; it is being replaced, run again later") from error
    raise AssertionError("the last try returns or raises")


def missing(context: Context, newest: Export) -> Mapping[str, Answer]:
    """Return the files of earlier exports with the days between the newest day that is held and an export.

    Where nothing is held they go back as far as there are exports. With a key, the keyed address is asked instead.
    """
    held: date | None = max(context.held("token_days", "day")["day"].to_list(), default=None)
    answers: dict[str, Answer] = {}
    first = newest.first
    while not context.http.has_key and (held is None or first > held + DAY):
        earlier = _holding(context.http, first)
        if earlier is None:
            if held is not None:
                context.remark(f"{held + DAY} to {first - DAY}: these days stand in no export any more, and are a gap")
            break
        answers |= earlier.files
        first = earlier.first
    return answers


def tables(landed: LandedRun) -> Iterator[pl.DataFrame]:
    """Yield the rows of each export of a run."""
    for file in landed.manifest.files:
        if file.name.endswith(".csv"):
            told = exact.document(landed.raw(file.name.replace(".csv", ".manifest.json")), "the manifest")
            yield _table(landed.raw(file.name), told, file.name)


def _holding(http: Client, after: date) -> Export | None:
    """Return the export that holds the days before one, or one that was made soon after; None where there is none."""
    for later in range(LATER):
        try:
            return _export(http, str(after + later * DAY))
        except Missing:
            continue
        except _Replaced as error:
            raise SourceRefused(str(error)) from error
    return None


class _Replaced(SourceError):
    """A file that is not the one its manifest names."""


def _export(http: Client, name: str) -> Export:
    manifest = http.get(f"{FOLDER}/{name}.manifest.json", with_key=False)
    told = exact.document(manifest.content, "the manifest")
    day = exact.day(exact.named(told, "snapshot_date", "the manifest"), "the manifest's snapshot_date")
    file = _named_file(told)
    try:
        rows = http.get(f"{FOLDER}/{day}.csv", with_key=False)
    except Missing as error:
        if name != "latest":
            raise
        raise _Replaced(f"{day}.csv is named by its manifest, and is not there") from error
    if (len(rows.content), hashlib.sha256(rows.content).hexdigest()) != file:
        raise _Replaced(f"{day}.csv has {len(rows.content):,} bytes, and is not the file of its manifest")
    return Export(day, {f"{day}.csv": rows, f"{day}.manifest.json": manifest})


def _named_file(told: Mapping[str, object]) -> tuple[int, str]:
    files = exact.named(told, "files", "the manifest")
    csv = files.get("csv") if isinstance(files, dict) else None
    if not isinstance(csv, dict):
        raise SourceRefused("the manifest names no CSV file")
    size = exact.whole(exact.named(csv, "bytes", "the manifest's file"), "the manifest's bytes")
    return size, str(exact.named(csv, "sha256", "the manifest's file"))


def _table(content: bytes, told: Mapping[str, object], name: str) -> pl.DataFrame:
    rows = exact.table(content, HEADER, name)
    if rows.height != told.get("row_count"):
        raise SourceRefused(f"{name} has {rows.height:,} rows, and its manifest says {told.get('row_count')}")
    return pl.DataFrame(
        {
            "day": exact.days(rows, "date", name),
            "slug": rows["model_permaslug"],
            "rank": exact.wholes(rows, "rank", name),
            "tokens": exact.wholes(rows, "total_tokens", name),
            "share": exact.numbers(rows, "share_of_daily_tokens", name),
        }
    ).with_columns(
        pl.lit("export").alias("via"),
        pl.lit(exact.moment(exact.named(told, "retrieved_at", "the manifest"), "retrieved_at")).alias("as_of"),
    )
