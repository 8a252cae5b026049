"""One Delta log on the disk: what its newest version says, the next one, and one that is rewritten.

<table>/_delta_log/00000000000000000042.json              version 42: what is said of it, what came, what is gone
<table>/_delta_log/00000000000000000100.checkpoint.parquet    all that holds at version 100, so that who reads
<table>/_delta_log/_last_checkpoint                            version 120 need not read all before
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker import __version__, disk, files
from tracker.errors import StoreError
from tracker.files import folders
from tracker.sql.connect import Connection, literal, parquet, places, rows
from tracker.store.delta import actions
from tracker.store.delta.actions import Action

FOLDER = "_delta_log"
CHECKPOINT_EACH = 100  # versions
LAST_CHECKPOINT = "_last_checkpoint"
OURS = "tracker/"  # how what is written by us begins to say by whom

# the columns of a checkpoint; a row of it has one of them
_CHECKPOINT = {
    "protocol": "struct(minReaderVersion integer, minWriterVersion integer, writerFeatures varchar[])",
    "metaData": (
        "struct(id varchar, name varchar, format struct(provider varchar, options map(varchar, varchar)), "
        "schemaString varchar, partitionColumns varchar[], configuration map(varchar, varchar), createdTime bigint)"
    ),
    "add": (
        "struct(path varchar, partitionValues map(varchar, varchar), size bigint, modificationTime bigint, "
        "dataChange boolean, stats varchar)"
    ),
    "remove": "struct(path varchar, deletionTimestamp bigint, dataChange boolean)",
}


class ForeignVersion(StoreError):
    """A version of a log was written by something else: ours is not put on top of it."""


@dataclass
class Version:
    """What holds at a version: what is said of it and of the table, and its files as they were added, by path."""

    number: int = -1
    told: Mapping[str, Any] = field(default_factory=dict)
    table: Mapping[str, Any] = field(default_factory=dict)
    live: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def take(self, number: int, following: Sequence[Action]) -> None:
        """Become the version that follows by these actions."""
        self.number = number
        for each in following:
            if added := each.get("add"):
                self.live[actions.file_of(added)] = added
            elif removed := each.get("remove"):
                self.live.pop(actions.file_of(removed), None)
            elif metadata := each.get("metaData"):
                self.table = metadata
            elif told := each.get("commitInfo"):
                self.told = told


class Log:
    """The log of the table that a folder holds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = folder / FOLDER

    def newest(self, connection: Connection) -> Version:
        """Return the newest version, -1 where there is none. Raises ForeignVersion, or StoreError for a damaged log."""
        found = self._checkpoint(connection)
        for number, path in self._versions():
            if number > found.number:
                if number != found.number + 1:
                    raise StoreError(f"{self._file(found.number + 1)} is missing; {_ANEW.format(self.place)}")
                found.take(number, _read(path))
        return found

    def all(self) -> Iterator[tuple[int, Sequence[Action]]]:
        """Yield each version's number and actions, oldest first."""
        for number, path in self._versions():
            yield number, _read(path)

    def put(self, connection: Connection, before: Version, following: Sequence[Action]) -> None:
        """Write the version that follows; `before` becomes it. Raises ForeignVersion where another one wrote it."""
        number = before.number + 1
        path = self._file(number)
        self.place.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".tmp")
        try:
            _write(temporary, following)
            os.link(temporary, path)  # fails where there is one, unlike a rename
        except FileExistsError:
            raise ForeignVersion(f"{path} was written by another process; {_ANEW.format(self.place)}") from None
        finally:
            temporary.unlink(missing_ok=True)
        files.sync_folder(self.place)
        before.take(number, following)
        if number and number % CHECKPOINT_EACH == 0:
            write_checkpoint(connection, self.place, before)

    def put_anew(self, connection: Connection, versions: Sequence[Sequence[Action]]) -> None:
        """Write the whole log again; until the last one is written readers have the one before, or none."""
        found = Version()
        self.folder.mkdir(parents=True, exist_ok=True)
        with folders.anew(self.place.resolve(), f"the log {self.place}") as new:
            for number, following in enumerate(versions):
                _write(new / self._file(number).name, following)
                found.take(number, following)
                if number and number % CHECKPOINT_EACH == 0:
                    write_checkpoint(connection, new, found)

    def _file(self, number: int) -> Path:
        return self.place / f"{number:020}.json"

    def _versions(self) -> list[tuple[int, Path]]:
        return sorted((int(path.stem), path) for path in disk.matching(self.place, "*.json") if path.stem.isdigit())

    def _checkpoint(self, connection: Connection) -> Version:
        """Return the version of the newest checkpoint; one before all where there is none."""
        known = sorted(disk.matching(self.place, "*.checkpoint.parquet"))
        if not known:
            return Version()
        number = int(known[-1].name.partition(".")[0])
        found = Version()
        for cells in rows(
            connection, f'select "add"::json::varchar, metaData::json::varchar from {parquet(known[-1])}'
        ):
            kinds = zip(("add", "metaData"), cells, strict=True)
            found.take(number, [{kind: json.loads(cell)} for kind, cell in kinds if cell])
        found.take(number, [each for each in _read(self._file(number)) if "commitInfo" in each])
        return found


_ANEW = "if nobody else is to write there, delete the folder {}: the next publish writes it anew"


def write_checkpoint(connection: Connection, place: Path, version: Version) -> None:
    """Write into a folder all that holds at a version, then that it is there."""
    whole = [actions.PROTOCOL, {"metaData": version.table}, *({"add": each} for each in version.live.values())]
    source, path = place / "checkpoint.tmp", place / f"{version.number:020}.checkpoint.parquet"
    columns = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in _CHECKPOINT.items())
    try:
        _write(source, whole)
        read = f"read_json({places(source)}, format = 'newline_delimited', columns = {{{columns}}})"
        with files.whole(path) as new:
            connection.execute(f"copy (from {read}) to {literal(str(new))} (format parquet)")
    finally:
        source.unlink(missing_ok=True)
    files.write(place / LAST_CHECKPOINT, json.dumps({"version": version.number, "size": len(whole)}))


def _write(path: Path, following: Sequence[Action]) -> None:
    """Write a version's file, with the time that it tells: readers go by that."""
    path.write_text(actions.text(following), encoding="utf-8")
    for info in (each["commitInfo"] for each in following if "commitInfo" in each):
        os.utime(path, (info["timestamp"] / 1000,) * 2)
    files.sync(path)


def _read(path: Path) -> Sequence[Action]:
    try:
        found = [json.loads(line) for line in disk.read_text(path).splitlines()]
        info: Mapping[str, Any] = next((each["commitInfo"] for each in found if "commitInfo" in each), {})
        by = str(info.get("engineInfo"))
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {disk.told(error)}") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise StoreError(f"{path} cannot be read: {error!r}; {_ANEW.format(path.parent)}") from error
    if not by.startswith(OURS):
        raise ForeignVersion(f"{path} was written by something else than the tracker; {_ANEW.format(path.parent)}")
    return found


def said_of(moment: int, operation: str, **facts: Any) -> Action:
    """Return what is said of a version: when, what was done, by whom, and facts that are given."""
    known = {name: each for name, each in facts.items() if each is not None}
    usual = {"timestamp": moment, "operation": operation, "operationParameters": {}, "engineInfo": OURS + __version__}
    return {"commitInfo": {**usual, **known}}
