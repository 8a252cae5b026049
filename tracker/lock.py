"""One writer at a time: an operating-system lock on the data folder, released by the kernel even after kill -9.

May import: disk, errors, files.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from tracker import disk, files
from tracker.errors import Busy, StoreError

SHORT_SECONDS = 0.2  # is_held takes the lock for a moment, and must not be mistaken for a run


@contextmanager
def hold(data_dir: Path) -> Iterator[None]:
    """Hold the writer's lock of `data_dir`; raise Busy where another run has it, SettingsError for a copy to ask."""
    files.require_data_folder(data_dir)
    lock = FileLock(data_dir / ".lock", timeout=SHORT_SECONDS)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise Busy(f"another run holds the lock of {data_dir}; wait for it to end, then run again") from None
    except NotImplementedError as error:
        raise StoreError(f"the file system of {data_dir} keeps no locks; use a folder on a local disk") from error
    except OSError as error:
        raise StoreError(f"cannot write to {data_dir}: {disk.told(error)}") from error
    try:
        yield
    finally:
        lock.release()


def is_held(data_dir: Path) -> bool:
    """Return whether a run is at work on `data_dir`; a folder that may only be read can be asked too."""
    try:
        descriptor = os.open(data_dir / ".lock", os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)  # lets go of it
    return False
