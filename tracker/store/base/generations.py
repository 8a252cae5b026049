"""Manifests of generations: one small file a publish, written once, never changed, never deleted.

    <data_dir>/generations/000042.json

Each names the files of its tables, its registry, its day, the id of its copy, the day from which on generations are
kept, and the hash of the manifest before it. Most hold only the changes since that one; now and then one is whole.
"""

from __future__ import annotations

import json
import logging
import os
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tracker import disk, files
from tracker.errors import StoreError
from tracker.store.base import LINK, kept_registry
from tracker.store.base.differences import Named, applied, difference

log = logging.getLogger(__name__)

FOLDER = "generations"

WHOLE_EACH = 30  # the number of manifests from one whole manifest to the next
CHANGES, STEPS = "changes", "since_whole"  # facts of a manifest that holds only changes
PURGED = "purged"  # fact of a generation with purged rows: one entry per purge
_REGISTRY = "registry"
_TOLD_OF_PURGE = ("old_copy_id", "copy_id", "rows", "reason")


@dataclass(frozen=True)
class Generation:
    """A manifest on the disk: its facts, and the sha256 of its bytes."""

    number: int
    facts: Mapping[str, Any]
    sha256: str

    def files(self) -> Iterator[Mapping[str, Any]]:
        """Yield all that it names: `file`, relative to the data folder; `rows`, `bytes` and `sha256` where known."""
        for named in self.facts["tables"].values():
            yield from named
        yield from self.facts["registry"]["files"]


def place(data_dir: Path, number: int) -> Path:
    """Return the path of the manifest of a generation."""
    return data_dir / FOLDER / f"{number:06}.json"


def numbers(data_dir: Path) -> list[int]:
    """Return the numbers of all manifests that are there, oldest first."""
    return sorted(int(path.stem) for path in disk.matching(data_dir / FOLDER, "*.json") if path.stem.isdigit())


def manifests(data_dir: Path, until: int) -> list[Path]:
    """Return the manifests up to a generation, oldest first, and what replaced some of them."""
    known = [place(data_dir, number) for number in numbers(data_dir) if number <= until]
    return sorted(
        [*known, *(path for number, paths in succeeded(data_dir).items() if number <= until for path in paths)]
    )


def read(data_dir: Path, number: int) -> Generation:
    """Read one manifest. Raises StoreError if it, or one that it builds on, is missing or damaged."""
    return Chain(data_dir).read(number)


class Chain:
    """The manifests of a folder, each read once while they are asked for one after another.

    A manifest is whole, or holds the changes since the one before it.
    """

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._read: dict[int, Generation] = {}  # a whole one, and those that build on it
        self._successors = succeeded(data_dir)

    def read(self, number: int) -> Generation:
        """Return one manifest, as `read` does; if rows of it were purged, the one that replaced it."""
        found = self.original(number)
        for path in self._successors.get(number, ()):
            found = self._succeeding(found, path)
        return found

    def _succeeding(self, found: Generation, path: Path) -> Generation:
        try:
            told = json.loads(disk.read_text(path))
            if told["instead_of"] != found.sha256:
                raise ValueError("it takes the place of another manifest")
            named = applied(_named(found.facts), told[CHANGES])
            purged = [*found.facts.get(PURGED, ()), {name: told[name] for name in _TOLD_OF_PURGE}]
            facts = {**found.facts, "copy_id": told["copy_id"], PURGED: purged}
            facts["registry"] = {**facts["registry"], "files": named.pop(_REGISTRY)}
            return Generation(found.number, {**facts, "tables": named}, files.sha256(path))
        except OSError as error:
            raise StoreError(f"{path} cannot be read: {disk.told(error)}") from error
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise StoreError(f"{path} cannot be read: {error!r}; put it back from a backup") from error

    def original(self, number: int) -> Generation:
        """Return one manifest as it was written first; the files that it names may be purged."""
        waiting: list[Generation] = []
        while number not in self._read:
            told = head(self._data_dir, number)
            waiting.append(told)
            if "tables" in told.facts:
                self._read.clear()
                break
            number = self._base(told)
        found = None if waiting and "tables" in waiting[-1].facts else self._read[number]
        for told in reversed(waiting):
            found = self._built(told, found)
            self._read[told.number] = found
        assert found is not None
        return found

    def read_if_whole(self, number: int) -> Generation | None:
        """Return one manifest, as `read_if_whole` does."""
        return _if_whole(self._data_dir, number, lambda: self.read(number))

    def _base(self, told: Generation) -> int:
        """Return the number of the manifest that one builds on, if that one is unchanged."""
        base, path = told.facts["before"], place(self._data_dir, told.number)
        before = place(self._data_dir, base["generation"])
        if not disk.has_file(before) or files.sha256(before) != base["sha256"]:
            how = "was changed" if disk.has_file(before) else "is missing"
            raise StoreError(f"{path} tells what changed since {before.name}, which {how}; put it back from a backup")
        return int(base["generation"])

    def _built(self, told: Generation, base: Generation | None) -> Generation:
        path = place(self._data_dir, told.number)
        try:
            facts = dict(told.facts)
            if base is not None:
                named = applied(_named(base.facts), facts.pop(CHANGES))
                facts["registry"] = {**facts["registry"], "files": named.pop(_REGISTRY)}
                facts["tables"] = named
            found = Generation(told.number, facts, told.sha256)
            known = {each["file"] for each in found.files()}
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise StoreError(f"{path} cannot be read: {error!r}; put it back from a backup") from error
        if not known:
            raise StoreError(f"{path} cannot be read: it names no file; put it back from a backup")
        return found


def succeeded(data_dir: Path) -> dict[int, list[Path]]:
    """Return what replaced manifests, by their numbers, in order."""
    found: dict[int, list[Path]] = {}
    for path in sorted(disk.matching(data_dir / FOLDER, f"*.{PURGED}-*.json")):
        found.setdefault(int(path.name.partition(".")[0]), []).append(path)
    return found


def succeed(data_dir: Path, manifest: Generation, tables: Named, told: Mapping[str, Any]) -> None:
    """Write what replaces a manifest some of whose rows were purged: its tables, and what is told of that.

    The manifest stays: the next one names it by its hash.
    """
    changes = difference(_named(manifest.facts), {**tables, _REGISTRY: manifest.facts["registry"]["files"]})
    before = {"generation": manifest.number, "instead_of": manifest.sha256, "old_copy_id": manifest.facts["copy_id"]}
    text = json.dumps({**before, **told, CHANGES: changes}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    count = 1 + len(manifest.facts.get(PURGED, ()))
    files.write(data_dir / FOLDER / f"{manifest.number:06}.{PURGED}-{count:03}.json", text)


def head(data_dir: Path, number: int) -> Generation:
    """Read the manifest's own facts: without `tables` if it holds only changes. Raises StoreError as `read`."""
    path = place(data_dir, number)
    try:
        facts = json.loads(disk.read_text(path))
        is_one = isinstance(facts["day"], str) and isinstance(facts["registry"], dict)
        is_one = is_one and ("tables" in facts or (isinstance(facts["before"], dict) and CHANGES in facts))
        found = Generation(number, facts, files.sha256(path))
    except FileNotFoundError as error:
        raise StoreError(f"{path} is missing; put it back from a backup") from error
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {disk.told(error)}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{path} cannot be read: {error!r}; put it back from a backup") from error
    if facts.get("generation") != number or not is_one:
        raise StoreError(f"{path} is the manifest of another generation; put it back from a backup")
    return found


def _named(facts: Mapping[str, Any]) -> Named:
    """Return all that a manifest names, the registry as one table more."""
    return {**facts["tables"], _REGISTRY: facts["registry"]["files"]}


def beside(data_dir: Path) -> dict[str, str]:
    """Return every manifest and every kept registry file, relative to the data folder, with its sha256."""
    paths = [*disk.matching(data_dir / FOLDER, "*.json"), *disk.matching(data_dir / kept_registry.FOLDER, "*/*.csv")]
    return {path.relative_to(data_dir).as_posix(): files.sha256(path) for path in sorted(paths)}


def read_if_whole(data_dir: Path, number: int) -> Generation | None:
    """Read one manifest; None if there is none (earlier versions wrote none) or it is damaged, which is logged."""
    return Chain(data_dir).read_if_whole(number)


def head_if_whole(data_dir: Path, number: int) -> Generation | None:
    """Read the manifest's own facts as `head` does; None if there is none or it is damaged, which is logged."""
    return _if_whole(data_dir, number, lambda: head(data_dir, number))


def _if_whole(data_dir: Path, number: int, read: Callable[[], Generation]) -> Generation | None:
    if not os.path.lexists(place(data_dir, number)):
        return None
    try:
        return read()
    except StoreError as error:
        log.warning("%s", error)
        return None


def generation_of_day(data_dir: Path, day: date) -> int | None:
    """Return the number of the highest generation of this day or before, which readers had then.

    None if the first is of a later day. Raises StoreError if a manifest that is read is damaged.
    """
    known = numbers(data_dir)
    later = bisect_right(known, day.isoformat(), key=lambda number: head(data_dir, number).facts["day"])
    return known[later - 1] if later else None


def nights_of(data_dir: Path, number: int) -> set[str] | None:
    """Return the runs that are nights of a generation, of every scope; None where it has no manifest."""
    found = read_if_whole(data_dir, number)
    return None if found is None else {each["run_id"] for each in found.facts["tables"]["nights"]}


def write(data_dir: Path, number: int, facts: Mapping[str, Any]) -> None:
    """Write the manifest of a new generation. The same facts after the same manifest give the same bytes.

    It holds the changes since the one before, unless that is damaged or the last whole one is too far back.
    """
    text = json.dumps(_shortened(data_dir, facts), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    files.write(place(data_dir, number), text)


def _shortened(data_dir: Path, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    before = read_if_whole(data_dir, facts["before"]["generation"]) if facts["before"] else None
    steps = 1 + before.facts.get(STEPS, 0) if before else WHOLE_EACH
    if before is None or steps >= WHOLE_EACH:
        return facts
    short = {name: told for name, told in facts.items() if name != "tables"}
    short["registry"] = {"version": facts["registry"]["version"]}
    return {**short, STEPS: steps, CHANGES: difference(_named(before.facts), _named(facts))}


def point(data_dir: Path, database: Path) -> None:
    """Point the link of the data folder to the database file of a generation, atomically."""
    link = data_dir / LINK
    fresh = link.with_name(link.name + ".link")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(database.name)
    fresh.replace(link)
    files.sync_folder(data_dir)
