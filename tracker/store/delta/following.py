"""Write the Delta logs from the manifests: one version per publish, with the files of its generation.

The table of nights has the shown night of each day, and never closed months, which would count nights twice. A publish
with the same copy as the one before adds no version. Tables of the state get a version for each whole copy.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker.errors import StoreError
from tracker.sql.connect import Connection
from tracker.store.base import data_folder, generations
from tracker.store.base.generations import Chain, Generation
from tracker.store.delta import actions, state, statistics
from tracker.store.delta.actions import Action
from tracker.store.delta.log import Log, Version, said_of

log = logging.getLogger(__name__)

NIGHTS = "snapshots"
_VACUUMED = "vacuumed"  # fact of the folder: files of nights that were deleted since the last version
_OF_MANIFEST = {"generation": "generation", "day": "day", "copyId": "copy_id", "purged": generations.PURGED}

ManifestOf = Callable[[int], Generation | None]
Named = Sequence[Mapping[str, Any]]  # what a manifest says of files: `file`, relative to the data folder, and `bytes`


def folders(data_dir: Path) -> dict[str, Path]:
    """Return the folder of each table that has a log."""
    return {NIGHTS: data_dir / NIGHTS, **{table: state.folder(data_dir, table) for table in state.TABLES}}


def named(facts: Mapping[str, Any], table: str) -> Named:
    """Return the files that a table has in a generation."""
    if table == NIGHTS:
        return [each for each in facts["tables"]["nights"] if each["shown"] and each["file"]]
    return [each for each in facts["tables"].get(state.NAMED, ()) if each["table"] == table]


def note_vacuumed(connection: Connection, deleted: Sequence[str]) -> None:
    """Record files of nights that were deleted; the next version lists them."""
    of_nights = [each for each in deleted if each.startswith(f"{NIGHTS}/")]
    if of_nights:
        data_folder.put(connection, _VACUUMED, json.dumps([*_vacuumed(connection), *of_nights]))


def _vacuumed(connection: Connection) -> list[str]:
    found: list[str] = json.loads(data_folder.get(connection, _VACUUMED) or "[]")
    return found


def bring_up_to_date(
    connection: Connection, data_dir: Path, published: int, facts: Mapping[str, Any] | None = None
) -> None:
    """Write the versions that the logs lack, one per publish up to this one; all of them if there is no log.

    `facts`: of its manifest, where they are known.

    A log that another program has written to is left unchanged, with a warning; the copy is published anyway.
    """
    read = Chain(data_dir).read_if_whole

    def manifest_of(number: int) -> Generation | None:
        return Generation(number, facts, "") if facts and number == published else read(number)

    for table, folder in folders(data_dir).items():
        try:
            _follow(connection, data_dir, table, Log(folder), manifest_of, published)
        except StoreError as error:
            log.warning("the Delta log of %s is not brought up to date: %s", table, error)
    data_folder.remove(connection, _VACUUMED)


def _follow(
    connection: Connection, data_dir: Path, table: str, of_table: Log, manifest_of: ManifestOf, published: int
) -> None:
    before = of_table.newest(connection)
    if before.number < 0 or before.told["generation"] > published:
        _write_anew(connection, data_dir, table, of_table, published)
        return
    first = before.told["generation"] + 1 if table == NIGHTS else published
    pen = _Pen(connection, data_dir, table)
    for number in generations.numbers(data_dir):
        manifest = manifest_of(number) if first <= number <= published else None
        if manifest and (following := pen.following(before, manifest)):
            of_table.put(connection, before, following)


def withdraw(connection: Connection, data_dir: Path) -> None:
    """Write that a table has no file left, after the published copy was removed."""
    for table, folder in folders(data_dir).items():
        of_table = Log(folder)
        before = of_table.newest(connection)
        if before.live:
            facts = {"generation": before.told["generation"], "day": before.told["day"], "withdrawn": True}
            pen = _Pen(connection, data_dir, table)
            of_table.put(connection, before, pen.actions(before, [], facts, "DELETE"))


def write_anew(connection: Connection, data_dir: Path, published: int) -> None:
    """Rewrite the logs of tables after manifests were purged; versions keep their numbers."""
    for table, folder in folders(data_dir).items():
        if Log(folder).place.exists():
            _write_anew(connection, data_dir, table, Log(folder), published)


def _write_anew(connection: Connection, data_dir: Path, table: str, of_table: Log, published: int) -> None:
    """Write a log again, a version for each that it had and each publish since."""
    newest = generations.read_if_whole(data_dir, published)
    pen = _Pen(connection, data_dir, table, like=named(newest.facts, table) if newest else ())
    found, versions = Version(), list[Sequence[Action]]()
    for facts in _told_until_now(data_dir, of_table, published):
        following = pen.withdrawn(found, facts) if facts.get("withdrawn") else pen.anew(found, facts)
        if following:
            found.take(found.number + 1, following)
            versions.append(following)
    if versions:
        of_table.put_anew(connection, versions)


def _told_until_now(data_dir: Path, of_table: Log, published: int) -> Iterator[Mapping[str, Any]]:
    """Yield the facts of each version: those of its generation, or that all was withdrawn."""
    chain, known, last = Chain(data_dir), generations.numbers(data_dir), 0
    for info in _told_before(of_table, known):
        if info.get("withdrawn"):
            yield info
        elif manifest := chain.read_if_whole(info["generation"]):
            yield {**manifest.facts, "is_version": True}
        last = info["generation"]
    for number in known:
        manifest = chain.read_if_whole(number) if last < number <= published else None
        if manifest:
            yield manifest.facts


def _told_before(of_table: Log, known: Sequence[int]) -> Sequence[Mapping[str, Any]]:
    """Return what was said of each version; nothing where it is damaged, or of another folder's generations."""
    try:
        found = [each["commitInfo"] for _, following in of_table.all() for each in following if "commitInfo" in each]
    except StoreError as error:
        log.warning("a Delta log is written anew: %s", error)
        return ()
    return found if all(each["generation"] in known for each in found) else ()


@dataclass
class _Pen:
    """Turns the files of a generation into actions; the facts of a file are computed once."""

    connection: Connection
    data_dir: Path
    table: str
    like: Named = ()  # files that have the columns of a version which has none
    added: dict[str, Action] = field(default_factory=dict)

    def following(self, before: Version, manifest: Generation) -> list[Action]:
        """Return the next version; nothing if it would be equal."""
        wanted = named(manifest.facts, self.table)
        if self._is_same(before, wanted, manifest.facts):
            return []
        deleted = _vacuumed(self.connection) if self.table == NIGHTS else []
        told = {**_facts(manifest.facts), **({"vacuumed": deleted} if deleted else {})}
        return self.actions(before, wanted, told)

    def anew(self, before: Version, facts: Mapping[str, Any]) -> list[Action]:
        """Return the version again of a generation; one whose files are not kept can be read no more, and says so."""
        wanted, told = named(facts, self.table), _facts(facts)
        if self._is_same(before, wanted, facts) and not facts.get("is_version"):
            return []
        is_kept = len(self._there(wanted)) == len(wanted)
        return self.actions(before, wanted, told if is_kept else {**told, "isKept": False})

    def withdrawn(self, before: Version, told: Mapping[str, Any]) -> list[Action]:
        """Return the version again at which all was withdrawn."""
        return self.actions(before, [], {name: told[name] for name in ("generation", "day", "withdrawn")}, "DELETE")

    def actions(
        self, before: Version, wanted: Named, facts: Mapping[str, Any], operation: str = "WRITE"
    ) -> list[Action]:
        """Return the actions that lead from a version to these files."""
        moment = max(before.told.get("timestamp", -1) + 1, actions.moment_of(facts["day"]))
        came = [self._add(each, moment) for each in wanted if self._name(each) not in before.live]
        names = self._names(wanted)
        gone = [actions.remove(each, moment) for name, each in before.live.items() if name not in names]
        begins = [actions.PROTOCOL] if before.number < 0 else []
        return [said_of(moment, operation, **facts), *begins, *self._metadata(before, wanted, moment), *gone, *came]

    def _metadata(self, before: Version, wanted: Named, moment: int) -> list[Action]:
        """Return the metadata of the table if its columns changed."""
        there = self._there(wanted) or ([] if before.table else self._there(self.like))
        if not there:
            return []
        columns = actions.schema(statistics.columns(self.connection, there[-1]))
        return [] if before.table.get("schemaString") == columns else [actions.metadata(self.table, columns, moment)]

    def _add(self, each: Mapping[str, Any], moment: int) -> Action:
        name, path = self._name(each), self.data_dir / each["file"]
        if name not in self.added:
            said = statistics.statistics(self.connection, path) if path.is_file() else None
            self.added[name] = actions.add(name, each["bytes"], said, moment)
        return self.added[name]

    def _is_same(self, before: Version, wanted: Named, facts: Mapping[str, Any]) -> bool:
        """Return whether a version of a generation would say what the one before says."""
        is_known = self.table != NIGHTS or before.told.get("copyId") == facts["copy_id"]
        return is_known and self._names(wanted) == set(before.live)

    def _there(self, wanted: Named) -> list[Path]:
        return [path for each in wanted if (path := self.data_dir / each["file"]).is_file()]

    def _names(self, wanted: Named) -> set[str]:
        return {self._name(each) for each in wanted}

    def _name(self, each: Mapping[str, Any]) -> str:
        """Return the path of a file from the folder of its table."""
        place = folders(Path())[self.table]
        return Path(each["file"]).relative_to(place).as_posix()


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: facts[key] for name, key in _OF_MANIFEST.items() if key in facts}


def problems(connection: Connection, data_dir: Path, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the faults of the logs: a file relative to the data folder, and its fault.

    `known`: files that manifests name. A missing one is no fault of a log and is reported elsewhere.
    """
    for folder in folders(data_dir).values():
        of_table = Log(folder)
        at = folder.relative_to(data_dir)
        place = of_table.place.relative_to(data_dir).as_posix()
        try:
            newest = of_table.newest(connection)
        except StoreError as error:
            yield place, str(error)
            continue
        gone = [name for name in newest.live if (at / name).as_posix() not in known and not (folder / name).is_file()]
        if gone:
            yield place, f"names {len(gone):,} files that are not there, {gone[0]} first; `tracker publish` mends it"
