"""Write folders atomically: a new one is built beside the old one, then exchanged with it in one step.

The old folder stays unchanged until the exchange, so a killed run leaves it intact.
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
    """Yield a new folder beside `root`, which replaces it at the end; the old one is deleted then.

    `root` must be resolved; `what` names it in error messages. Raises Busy if another run writes there, SettingsError
    if a disk is mounted there.
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
    """Yield every file and link below a folder, as relative paths."""
    for folder, names, held in os.walk(root):
        links = [name for name in names if (Path(folder) / name).is_symlink()]
        for name in (*held, *links):
            yield (Path(folder) / name).relative_to(root).as_posix()


def carry(before: Path, after: Path) -> None:
    """Put a file into another tree too: as a hard link, or as a copy if that fails."""
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
    """Delete the leftovers of a killed run; restore the old folder if a system without exchange had moved it aside."""
    aside = _beside(root, "before")
    if disk.has_folder(aside) and not root.exists():
        aside.rename(root)
    for left in (aside, _beside(root, "building")):
        shutil.rmtree(left, ignore_errors=True)


def _put(new: Path, root: Path) -> None:
    """Move the new tree to the place of the old one; the old one is beside it afterwards."""
    if not root.exists():
        new.rename(root)
    elif not any(root.iterdir()):
        new.replace(root)
    elif not _exchange(new, root):
        aside = _beside(root, "before")  # a run killed between these two steps leaves no folder; the next restores it
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
