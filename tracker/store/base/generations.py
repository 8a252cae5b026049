"""Manifests of generations: one small file a publish, written once, never changed, never deleted.

    <data_dir>/generations/000042.json

Each names the files of its tables, its registry, its day, the id of its copy, from which day on generations are kept,
and the hash of the manifest before it.
"""

from __future__ import annotations

import json
import logging
import os
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tracker import disk, files
from tracker.errors import StoreError
from tracker.store.base import LINK, kept_registry

log = logging.getLogger(__name__)

FOLDER = "generations"


@dataclass(frozen=True)
class Generation:
    """A manifest as it stands on the disk: its facts, and the sha256 of its bytes."""

    number: int
    facts: Mapping[str, Any]
    sha256: str

    def files(self) -> Iterator[Mapping[str, Any]]:
        """Yield all that it names: `file`, relative to the data folder; `rows`, `bytes` and `sha256` where known."""
        for named in self.facts["tables"].values():
            yield from named
        yield from self.facts["registry"]["files"]


def place(data_dir: Path, number: int) -> Path:
    """Return where the manifest of a generation stands."""
    return data_dir / FOLDER / f"{number:06}.json"


def numbers(data_dir: Path) -> list[int]:
    """Return the numbers of all manifests that are there, oldest first."""
    return sorted(int(path.stem) for path in disk.matching(data_dir / FOLDER, "*.json") if path.stem.isdigit())


def read(data_dir: Path, number: int) -> Generation:
    """Read one manifest. Raises StoreError where it is missing or is not what was written."""
    path = place(data_dir, number)
    try:
        facts = json.loads(disk.read_text(path))
        found = Generation(number, facts, files.sha256(path))
        known = {each["file"] for each in found.files()}
    except FileNotFoundError as error:
        raise StoreError(f"{path} is missing; put it back from a backup") from error
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {disk.told(error)}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{path} cannot be read: {error!r}; put it back from a backup") from error
    if facts.get("generation") != number or not known:
        raise StoreError(f"{path} is the manifest of another generation; put it back from a backup")
    return found


def beside(data_dir: Path) -> dict[str, str]:
    """Return every manifest and every kept registry file, relative to the data folder, with its sha256."""
    paths = [*disk.matching(data_dir / FOLDER, "*.json"), *disk.matching(data_dir / kept_registry.FOLDER, "*/*.csv")]
    return {path.relative_to(data_dir).as_posix(): files.sha256(path) for path in sorted(paths)}


def read_if_whole(data_dir: Path, number: int) -> Generation | None:
    """Read one manifest; None where there is none (earlier versions wrote none), or it is damaged, which is logged."""
    if not os.path.lexists(place(data_dir, number)):
        return None
    try:
        return read(data_dir, number)
    except StoreError as error:
        log.warning("%s", error)
        return None


def generation_of_day(data_dir: Path, day: date) -> int | None:
    """Return the number of the highest generation whose day is this one or before: what was said then.

    None where the first is of a later day. Raises StoreError where a manifest that is looked into is damaged.
    """
    known = numbers(data_dir)
    later = bisect_right(known, day.isoformat(), key=lambda number: read(data_dir, number).facts["day"])
    return known[later - 1] if later else None


def nights_of(data_dir: Path, number: int) -> set[str] | None:
    """Return the runs that are nights of a generation, of every scope; None where it has no manifest."""
    found = read_if_whole(data_dir, number)
    return None if found is None else {each["run_id"] for each in found.facts["tables"]["nights"]}


def write(data_dir: Path, number: int, facts: Mapping[str, Any]) -> Generation:
    """Write the manifest of a new generation: the same facts are the same bytes."""
    text = json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    files.write(place(data_dir, number), text)
    return read(data_dir, number)


def point(data_dir: Path, database: Path) -> None:
    """Let the link of the data folder lead to the database file of a generation, in one step."""
    link = data_dir / LINK
    fresh = link.with_name(link.name + ".link")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(database.name)
    fresh.replace(link)
    files.sync_folder(data_dir)
