"""Are the files beside the published copy what it and the manifests say? Each is read, counted and hashed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tracker import disk, files
from tracker.errors import NothingPublished, StoreError
from tracker.sql import connect
from tracker.sql.connect import Connection, explained, rows, value
from tracker.store.base import LINK, generations
from tracker.store.base.generations import Generation
from tracker.store.delta import following
from tracker.store.publish import keeping, retention
from tracker.store.record import rollup_files
from tracker.store.vintages import shown


@dataclass(frozen=True)
class Problem:
    """A file that is not as it was written: of the record, the rollups, manifests, kept registries.

    `file` is relative to the data folder.
    """

    file: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.message}"


def verify_record(data_dir: Path) -> list[Problem]:
    """Return what is wrong with the files that the published copy reads, and with leftovers beside them.

    Reads every byte once. Raises NothingPublished where there is nothing to compare with.
    """
    files.require_data_folder(data_dir)
    link = data_dir / LINK
    with explained(f"cannot read {link}"):
        if not disk.has_file(link):
            raise NothingPublished(f"nothing is published in {data_dir} yet; run `tracker update` first")
        connection = connect.instance("1GB")
        try:
            connect.attach(connection, link.resolve(), "tracker", read_only=True)
            named = {file: (file, *facts) for file, *facts in rows(connection, _named(connection))}
            for manifest in _kept(data_dir):
                named |= {each["file"]: _facts(each) for each in manifest.files() if each.get("sha256")}
            problems = [problem for file in sorted(named) for problem in _check(connection, data_dir, *named[file])]
            logs = (Problem(*each) for each in following.problems(connection, data_dir, named))
            return [*problems, *_chain(data_dir, link), *logs, *_left(data_dir)]
        finally:
            connection.close()


def purged(data_dir: Path) -> list[str]:
    """Return a sentence for each generation some of whose rows were purged: what it is called now, and what went."""
    chain = generations.Chain(data_dir)
    found = (chain.read(number) for number in generations.succeeded(data_dir))
    return [
        f"generation {each.number} of {each.facts['day']} was purged of "
        + ", ".join(f"{count:,} rows of {table}" for table, count in sorted(told["rows"].items()))
        + f", {told['reason']}: its copy {told['old_copy_id'][:12]} is {told['copy_id'][:12]} since"
        for each in found
        for told in each.facts[generations.PURGED]
    ]


def purged_ids(data_dir: Path) -> set[str]:
    """Return the ids that copies had before some of their rows were purged."""
    chain = generations.Chain(data_dir)
    found = (chain.read(number) for number in generations.succeeded(data_dir))
    return {told["old_copy_id"] for each in found for told in each.facts[generations.PURGED]}


def _chain(data_dir: Path, link: Path) -> Iterator[Problem]:
    """Yield where the chain of manifests is broken: each names the one before it by the hash of its bytes."""
    numbers = generations.numbers(data_dir)
    linked = retention.number_of(link.resolve().name)
    if numbers and linked is not None and linked not in numbers:
        yield Problem(_place(linked), "is missing, and the published copy is of it; put it back from a backup")
    succeeded = generations.succeeded(data_dir)
    for number in numbers:
        try:
            before = generations.head(data_dir, number).facts["before"]
        except StoreError as error:
            yield Problem(_place(number), str(error))
            continue
        if number in succeeded:
            yield from _successors(data_dir, number)
        if before is None and number > numbers[0]:
            yield Problem(_place(number), "names no generation before it, but there are some: the chain starts again")
        if before is not None:
            yield from _check_before(data_dir, number, before)


def _successors(data_dir: Path, number: int) -> Iterator[Problem]:
    try:
        generations.read(data_dir, number)
    except StoreError as error:
        yield Problem(_place(number), str(error))


def _check_before(data_dir: Path, number: int, before: Mapping[str, Any]) -> Iterator[Problem]:
    path, name = generations.place(data_dir, before["generation"]), _place(before["generation"])
    if (trouble := disk.obstacle(path)) is not None:
        yield Problem(name, f"cannot be read: {disk.told(trouble)}")
    elif not path.is_file():
        yield Problem(name, f"is missing, and {_place(number)} follows it; put it back from a backup")
    elif files.sha256(path) != before["sha256"]:
        yield Problem(name, f"was changed: it is not the one that {_place(number)} follows; put it back from a backup")


def _place(number: int) -> str:
    return generations.place(Path(), number).as_posix()


def _kept(data_dir: Path) -> Iterator[Generation]:
    """Yield the manifests of the generations that are kept, or whose databases are there."""
    last = {each.number: each for each in keeping.last_of_days(data_dir) if each}
    yield from last.values()
    for number in retention.databases(data_dir):
        manifest = None if number in last else generations.read_if_whole(data_dir, number)
        if manifest:
            yield manifest


def _facts(named: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what a manifest says of a file, as `_check` takes it."""
    return named["file"], named.get("rows"), named["sha256"], named["bytes"], "run_id" in named


def _named(connection: Connection) -> str:
    record = "select file, models, sha256, bytes, month is null from tracker.record_files"
    if rollup_files.listed(connection, "tracker") is None:
        return f"{record} order by file"
    rollups = "select file, groups, sha256, bytes, false from tracker.rollup_files"
    if not shown.shown(connection, "tracker"):
        return f"{record} union all {rollups} order by file"
    rows_of_sources = "select file, rows, sha256, bytes, false from tracker.source_files"
    return f"{record} union all {rollups} union all {rows_of_sources} order by file"


def _check(
    connection: Connection, data_dir: Path, file: str, models: int | None, digest: str, size: int, is_night: bool
) -> Iterator[Problem]:
    path = data_dir / file
    if (trouble := disk.obstacle(path)) is not None:
        yield Problem(file, f"cannot be read: {disk.told(trouble)}")
        return
    if not path.is_file():
        yield Problem(file, "is missing; put it back from a backup")
        return
    if path.stat().st_size != size:
        yield Problem(file, f"holds {path.stat().st_size:,} bytes, {size:,} were written; put it back from a backup")
        return
    if files.sha256(path) != digest:
        yield Problem(file, "does not have the checksum it was written with; put it back from a backup")
        return
    if models is None:  # a file of the registry
        return
    try:
        found = value(connection, f"select count(*) from {connect.parquet(path)}")
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
        facts = json.loads(disk.read_text(manifest))
    except OSError as error:
        yield Problem(file, f"its manifest {manifest.name} cannot be read: {disk.told(error)}")
        return
    except ValueError as error:
        yield Problem(file, f"its manifest {manifest.name} cannot be read: {error}")
        return
    for key, wanted in expected.items():
        if facts.get(key) != wanted:
            yield Problem(file, f"its manifest says {key} {facts.get(key)}, the database {wanted}")


def _left(data_dir: Path) -> Iterator[Problem]:
    for pattern in retention.LEFT:
        for path in disk.matching(data_dir, pattern):
            yield Problem(
                path.relative_to(data_dir).as_posix(), "was left by a run that was cut off; the next publish deletes it"
            )
