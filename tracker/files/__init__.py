"""Files that are whole or absent: written under a temporary name, synced, renamed, the folder synced.

May import: disk, errors.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tracker import disk
from tracker.errors import SettingsError

SPILL = "spill"  # where duckdb puts what does not fit into memory
_SCRATCH = "scratch-"
EXPORTS = "_exports"  # in what was exported into an object store: a manifest of each export
_EXPORTED = "about.parquet"  # in a folder that was exported, never in a data folder


@contextmanager
def whole(path: Path, *, synced: bool = True) -> Iterator[Path]:
    """Yield a temporary path beside `path`; what is written there takes its place at the end.

    `synced`: only once it is on the disk, and waiting until its name is there too.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    temporary.unlink(missing_ok=True)
    try:
        yield temporary
        if synced:
            sync(temporary)
        temporary.replace(path)
        if synced:
            sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write(path: Path, content: str | bytes, *, synced: bool = True) -> None:
    """Write a whole file in one step; a text as UTF-8."""
    with whole(path, synced=synced) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)


def write_by_content(folder: Path, write_to: Callable[[Path], object], name: Callable[[str], Path]) -> tuple[Path, str]:
    """Write a file whose path follows from its sha256, unless the same content stands there; return both.

    Such a file never changes: whoever names it by its path may count on what is in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / "written.tmp"
    try:
        write_to(temporary)
        digest = sha256(temporary)
        path = name(digest)
        if not path.exists() or sha256(path) != digest:
            with whole(path) as place:
                temporary.rename(place)
    finally:
        temporary.unlink(missing_ok=True)
    return path, digest


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
    disk.require_file(path)
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


def is_copy(path: Path) -> bool:
    """Return whether a path is one copy, to be asked only: a file, or what was exported as a folder or into a store.

    Raises StoreError where that cannot be told.
    """
    with disk.explained(f"cannot look at {path}"):
        if not disk.stands_for_folder(path):
            return path.is_file()
        return disk.has_file(path / _EXPORTED) or disk.has_folder(path / EXPORTS)


def require_data_folder(path: Path, named: str | None = None) -> None:
    """Raise SettingsError where something is to be collected or written in what is one copy, however that was named."""
    if is_copy(path):
        raise SettingsError(
            f"{named or path} is a copy to ask, not a data folder: what is collected, and how that went, stays in the "
            "folder that it came from; name that with --data-dir, or another"
        )
