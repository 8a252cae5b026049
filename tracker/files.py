"""Files that are whole or absent: written under a temporary name, synced, renamed, the folder synced.

May import: errors.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SPILL = "spill"  # where duckdb puts what does not fit into memory
_SCRATCH = "scratch-"


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; what is written there takes its place once it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    temporary.unlink(missing_ok=True)
    try:
        yield temporary
        sync(temporary)
        temporary.replace(path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Wait until a file's content is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Wait until a folder's names are on the disk, its own name in the folder above included."""
    sync(path)
    sync(path.parent)


def sha256(path: Path) -> str:
    """Return the hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def scratch(data_dir: Path) -> Iterator[Path]:
    """Yield a folder for files between two steps; it is gone afterwards."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=data_dir) as place:
        yield Path(place)


def clear_scratch(data_dir: Path) -> None:
    """Delete what a run that was killed left; the caller holds the folder's lock."""
    for place in (*data_dir.glob(f"{_SCRATCH}*"), data_dir / SPILL):
        shutil.rmtree(place, ignore_errors=True)
