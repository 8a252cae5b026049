"""Are the files beside the published copy what it says they are? Each is read, counted and hashed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tracker import files
from tracker.errors import NothingPublished
from tracker.sql import connect
from tracker.sql.connect import Connection, explained, rows, value
from tracker.store.publish.generation import LINK
from tracker.store.record import rollup_files


@dataclass(frozen=True)
class Problem:
    """A file of the record or of the rollups that is not as it was written. `file` is relative to the data folder."""

    file: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.message}"


def verify_record(data_dir: Path) -> list[Problem]:
    """Return what is wrong with the files that the published copy reads, and with leftovers beside them.

    Reads every byte once. Raises NothingPublished where there is nothing to compare with.
    """
    link = data_dir / LINK
    if not link.exists():
        raise NothingPublished(f"nothing is published in {data_dir} yet; run `tracker update` first")
    with explained(f"cannot read {link}"):
        connection = connect.instance("1GB")
        try:
            connect.attach(connection, link.resolve(), "tracker", read_only=True)
            named = rows(connection, _named(connection))
            return [problem for each in named for problem in _check(connection, data_dir, *each)] + list(
                _left(data_dir)
            )
        finally:
            connection.close()


def _named(connection: Connection) -> str:
    record = "select file, models, sha256, bytes, month is null from tracker.record_files"
    if rollup_files.listed(connection, "tracker") is None:
        return f"{record} order by file"
    return f"{record} union all select file, groups, sha256, bytes, false from tracker.rollup_files order by file"


def _check(
    connection: Connection, data_dir: Path, file: str, models: int, digest: str, size: int, is_night: bool
) -> Iterator[Problem]:
    path = data_dir / file
    if not path.is_file():
        yield Problem(file, "is missing; put it back from a backup")
        return
    if path.stat().st_size != size:
        yield Problem(file, f"holds {path.stat().st_size:,} bytes, {size:,} were written; put it back from a backup")
        return
    if files.sha256(path) != digest:
        yield Problem(file, "does not have the checksum it was written with; put it back from a backup")
        return
    try:
        found = value(connection, "select count(*) from read_parquet($path)", {"path": str(path)})
    except duckdb.Error as error:
        yield Problem(file, f"cannot be read: {error}")
        return
    if found != models:
        yield Problem(file, f"holds {found:,} rows, {models:,} were written")
    if is_night:
        yield from _check_manifest(path, file, {"rows": models, "sha256": digest, "bytes": size})


def _check_manifest(path: Path, file: str, expected: dict[str, Any]) -> Iterator[Problem]:
    manifest = path.with_suffix(".json")
    try:
        facts = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        yield Problem(file, f"its manifest {manifest.name} cannot be read: {error}")
        return
    for key, wanted in expected.items():
        if facts.get(key) != wanted:
            yield Problem(file, f"its manifest says {key} {facts.get(key)}, the database {wanted}")


def _left(data_dir: Path) -> Iterator[Problem]:
    for pattern in ("snapshots/*/*.tmp", "snapshots/*/*.new", "history/*/*.tmp", "rollups/*/*.tmp", "rollups/*/*.new"):
        for path in sorted(data_dir.glob(pattern)):
            yield Problem(path.relative_to(data_dir).as_posix(), "was left by a run that was cut off; delete it")
