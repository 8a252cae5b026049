"""The watches of a data folder, in one file that people can read; it is written in one step, by one at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tracker import disk, files, lock
from tracker.errors import Busy, StoreError
from tracker.watches import kinds
from tracker.watches.watch import Watch, of_json

FOLDER = "watches"
FILE = "watches.json"
VERSION = 1


def place(data_dir: Path) -> Path:
    """Return where the watches of a folder stand."""
    return data_dir / FOLDER / FILE


def read(data_dir: Path) -> list[Watch]:
    """Return the watches of a folder, in the order in which they were added; none where there is no file.

    Raises StoreError where it is not what was written.
    """
    path = place(data_dir)
    with disk.explained(f"cannot read {path}"):
        if not disk.has_file(path):
            return []
        text = disk.read_text(path)
    try:
        told = json.loads(text)
        if told["version"] != VERSION:
            raise ValueError(f"it is of version {told['version']}, this is {VERSION}")
        watches = [of_json(each) for each in told["watches"]]
        for each in watches:
            kinds.of(each.kind)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(f"{path} cannot be read: {error}; mend it, or put it back from a backup") from error
    return watches


@contextmanager
def changing(data_dir: Path) -> Iterator[Path]:
    """Hold what one at a time may do with watches, though a night is being collected; raise Busy for another."""
    folder = data_dir / FOLDER
    files.require_data_folder(data_dir)
    try:
        with lock.hold(folder):
            yield folder
    except Busy:
        raise Busy(f"another run is at the watches of {data_dir}; try again in a minute") from None


def write(data_dir: Path, watches: Sequence[Watch]) -> None:
    """Write them. The caller holds `changing`."""
    told = {"version": VERSION, "watches": [each.as_json() for each in watches]}
    with disk.explained(f"cannot write {place(data_dir)}"):
        files.write(place(data_dir), json.dumps(told, ensure_ascii=False, indent=1) + "\n")
