"""Folders that are whole or absent: built beside what is there, then exchanged with it in one step.

What is there stays as it is until the exchange, which the system does in one step: a run that is killed leaves it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tracker import disk
from tracker.errors import Busy, SettingsError

_SHORT_SECONDS = 0.2
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS


@contextmanager
def anew(root: Path, what: str) -> Iterator[Path]:
    """Yield a new folder beside `root`, which takes its place at the end; what stood there is deleted then.

    `root` must be resolved; `what` names it in a sentence. Raises Busy where another run writes there, SettingsError
    where a disk is mounted.
    """
    if os.path.ismount(root):
        raise SettingsError(f"a disk is mounted at {root}, which cannot be exchanged; name a folder below it")
    root.parent.mkdir(parents=True, exist_ok=True)
    with _alone(root, what):
        new = _beside(root, "building")
        _clear(root)
        try:
            new.mkdir()
            yield new
            os.sync()
            _put(new, root)
        finally:
            _clear(root)


def others(root: Path) -> Iterator[str]:
    """Yield every file and link below a folder, as paths from there."""
    for folder, names, held in os.walk(root):
        links = [name for name in names if (Path(folder) / name).is_symlink()]
        for name in (*held, *links):
            yield (Path(folder) / name).relative_to(root).as_posix()


def carry(before: Path, after: Path) -> None:
    """Let a file stand in another tree as well: by another name of the same, or as a copy."""
    after.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(before, after, follow_symlinks=False)
    except OSError:
        shutil.copy2(before, after, follow_symlinks=False)


def _beside(root: Path, what: str) -> Path:
    return root.with_name(f".{root.name}.{what}")


@contextmanager
def _alone(root: Path, what: str) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(_beside(root, "lock"))
    try:
        lock.acquire(timeout=_SHORT_SECONDS)
    except Timeout:
        raise Busy(f"another run is writing {what}; wait until it has ended") from None
    try:
        yield
    finally:
        lock.release()


def _clear(root: Path) -> None:
    """Delete what a run left that was killed; bring back what a system without exchange had put aside."""
    aside = _beside(root, "before")
    if disk.has_folder(aside) and not root.exists():
        aside.rename(root)
    for left in (aside, _beside(root, "building")):
        shutil.rmtree(left, ignore_errors=True)


def _put(new: Path, root: Path) -> None:
    """Let the new tree stand where the old one did; the old one is beside it then."""
    if not root.exists():
        new.rename(root)
    elif not any(root.iterdir()):
        new.replace(root)
    elif not _exchange(new, root):
        aside = _beside(root, "before")  # between these two steps there is none, and the next run brings it back
        root.rename(aside)
        new.rename(root)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system or its disk cannot."""
    system = ctypes.CDLL(None, use_errno=True)
    names: Mapping[str, tuple[str, tuple[object, ...]]] = {
        "linux": ("renameat2", (-100, os.fsencode(one), -100, os.fsencode(other), _EXCHANGE)),  # -100: AT_FDCWD
        "darwin": ("renamex_np", (os.fsencode(one), os.fsencode(other), _EXCHANGE)),
    }
    name, arguments = names.get(sys.platform, ("", ()))
    if not name or not hasattr(system, name):
        return False
    if getattr(system, name)(*arguments) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), str(other))
