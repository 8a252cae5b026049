"""What is deleted: old databases, what a publish that was cut off left, and files that no kept manifest names."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from tracker.store.base import generations

KEPT_GENERATIONS = 3

_DATABASE = re.compile(r"^tracker-(\d{6,})\.duckdb$")
_RECORD = ("snapshots/*/*.parquet", "history/*/*.parquet", "rollups/*/*.parquet")


def database(data_dir: Path, number: int) -> Path:
    """Return where the database file of a generation stands."""
    return data_dir / f"tracker-{number:06}.duckdb"


def number_of(name: str) -> int | None:
    """Return the number of the generation that a database file is of."""
    match = _DATABASE.match(name)
    return int(match[1]) if match else None


def databases(data_dir: Path) -> list[int]:
    """Return the numbers of the generations whose database files are there, oldest first."""
    found = (number_of(path.name) for path in data_dir.glob("tracker-*.duckdb"))
    return sorted(number for number in found if number is not None)


def delete_unpublished(data_dir: Path, published: int) -> None:
    """Delete what a publish left that was cut off before readers could have it."""
    for leftover in data_dir.glob("tracker-*.duckdb.tmp*"):
        leftover.unlink()
    for number in databases(data_dir):
        if number > published:
            database(data_dir, number).unlink()
    for number in generations.numbers(data_dir):
        if number > published:
            generations.place(data_dir, number).unlink()


def delete_unnamed(data_dir: Path, counted_on: Collection[str]) -> None:
    """Delete all databases but the newest, then the files that no manifest of those names and nobody counts on.

    Nothing goes while a kept database has no manifest: an earlier version wrote it, and only it knows its files.
    """
    numbers = databases(data_dir)
    for number in numbers[:-KEPT_GENERATIONS]:
        database(data_dir, number).unlink()
    kept = [generations.read_if_whole(data_dir, number) for number in numbers[-KEPT_GENERATIONS:]]
    named = set(counted_on)
    for manifest in kept:
        if manifest is None:
            return
        named |= {each["file"] for each in manifest.files()}
    for path in (path for pattern in _RECORD for path in data_dir.glob(pattern)):
        if path.relative_to(data_dir).as_posix() not in named:
            path.unlink()
            path.with_suffix(".json").unlink(missing_ok=True)
