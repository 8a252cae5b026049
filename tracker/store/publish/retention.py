"""Retention: delete old databases, leftovers of an interrupted publish, and files that no session can be reading.

The databases of the newest three generations stay, and older ones for a grace time, since a session may have one open.
The record's files that such a database reads stay as long. Files that a kept generation names (`keeping`) always stay.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from tracker import disk
from tracker.sql.connect import Connection
from tracker.store.base import data_folder, generations
from tracker.store.publish import contents, keeping

KEPT_GENERATIONS = 3

# fact of the folder, of the last sweep of files: the first generation that could still be read, and `kept_from`
_SWEPT = "swept"

_DATABASE = re.compile(r"^tracker-(\d{6,})\.duckdb$")
_RECORD = (
    "snapshots/snapshot_date=*/*.parquet",
    "descriptions/*/*.parquet",
    "history/*/*.parquet",
    "rollups/*/*.parquet",
    "parts/*/*.parquet",
    "pieces/*/*.parquet",
    "delta/*/*.parquet",
)
# leftovers of a killed writer: files that it never finished
LEFT = (
    *("snapshots/*/*.tmp", "snapshots/*/*.new", "descriptions/*/*.tmp", "history/*/*.tmp"),
    *("rollups/*/*.tmp", "rollups/*/*.new", "parts/*/*.tmp", "parts/*/*.new", "pieces/*/*.tmp", "sources/*/*/*.tmp"),
    *("delta/*/*.tmp", "delta/*/_delta_log/*.tmp"),
)


def database(data_dir: Path, number: int) -> Path:
    """Return the path of the database file of a generation."""
    return data_dir / f"tracker-{number:06}.duckdb"


def number_of(name: str) -> int | None:
    """Return the generation number in the name of a database file; None for any other file."""
    match = _DATABASE.match(name)
    return int(match[1]) if match else None


def databases(data_dir: Path) -> list[int]:
    """Return the numbers of the generations whose database files are there, oldest first."""
    found = (number_of(path.name) for path in disk.matching(data_dir, "tracker-*.duckdb"))
    return sorted(number for number in found if number is not None)


def delete_unpublished(data_dir: Path, published: int) -> None:
    """Delete generations that an interrupted publish never made visible, and unfinished files of any writer."""
    for pattern in ("tracker-*.duckdb.tmp*", *LEFT):
        for leftover in disk.matching(data_dir, pattern):
            leftover.unlink()
    for number in databases(data_dir):
        if number > published:
            database(data_dir, number).unlink()
    for number in generations.numbers(data_dir):
        if number > published:
            generations.place(data_dir, number).unlink()


def delete_unnamed(connection: Connection, data_dir: Path, *, grace_seconds: float) -> list[str]:
    """Delete unneeded databases, then unneeded files; return these files, relative to the data folder.

    A file is needed by work.duckdb, by a session that may be reading it, or by a kept generation. Files are swept only
    if a generation may have been let go of since the last sweep: reading all manifests takes longer with every night.
    """
    read = _read(data_dir, grace_seconds)
    for number in databases(data_dir)[:-KEPT_GENERATIONS]:
        if number not in read:
            database(data_dir, number).unlink()
    if not read or not _is_due(connection, data_dir, read[0]):
        return []
    named = _named(data_dir, read)
    if named is None:
        return []
    named |= contents.counted_on(connection).keys()
    there = (path.relative_to(data_dir).as_posix() for pattern in _RECORD for path in disk.matching(data_dir, pattern))
    unnamed = [file for file in there if file not in named]
    for file in unnamed:
        (data_dir / file).unlink()
        (data_dir / file).with_suffix(".json").unlink(missing_ok=True)
    data_folder.put(connection, _SWEPT, f"{read[0]} {_kept_from(data_dir)}")
    return unnamed


def _is_due(connection: Connection, data_dir: Path, first_read: int) -> bool:
    """Return whether a file may have lost its last generation since the last sweep, or that cannot be known."""
    known = generations.numbers(data_dir)
    newest, swept = generations.head(data_dir, known[-1]), data_folder.get(connection, _SWEPT)
    if swept is None or "tables" in newest.facts:
        return True
    since, _, kept_from = swept.partition(" ")
    passed = [number for number in known if int(since) <= number <= first_read]
    told = [generations.head_if_whole(data_dir, number) for number in passed]
    days = [each.facts["day"] if each else None for each in told]
    return (
        kept_from != _kept_from(data_dir)
        or None in days
        or any(day == following or str(day) < kept_from for day, following in pairwise(days))
    )


def _kept_from(data_dir: Path) -> str:
    """Return `kept_from` of the newest manifest."""
    return str(generations.head(data_dir, generations.numbers(data_dir)[-1]).facts.get("kept_from"))


def _named(data_dir: Path, read: Sequence[int]) -> set[str] | None:
    """Return all files of the generations that are kept or that a session may be reading.

    None if one of them has no manifest (of an earlier version, or lost): then its files are unknown.
    """
    last = keeping.last_of_days(data_dir)
    there = {each.number: each for each in last if each}
    wanted = {*databases(data_dir), *read} - there.keys()
    kept = [*last, *(generations.read_if_whole(data_dir, number) for number in sorted(wanted))]
    if None in kept:
        return None
    return {each["file"] for manifest in kept if manifest for each in manifest.files()}


def _read(data_dir: Path, grace_seconds: float) -> list[int]:
    """Return the newest generations and those within the grace time; [] if one of them may lack a manifest.

    A generation's grace time starts with the publish that makes it the fourth newest: the time of that manifest.
    """
    known = generations.numbers(data_dir)
    written = [generations.place(data_dir, number).stat().st_mtime for number in known[KEPT_GENERATIONS - 1 :]]
    over = sum(moment < time.time() - grace_seconds for moment in written)  # generations whose grace time is over
    if known[0] > 1 and not over:
        return []
    return known[max(0, over - 1) :]
