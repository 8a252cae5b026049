"""One writer at a time: an operating-system lock on the data folder, released by the kernel even after kill -9.

May import: errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from tracker.errors import Busy, StoreError


@contextmanager
def hold(data_dir: Path) -> Iterator[None]:
    """Hold the writer's lock of `data_dir`; raise Busy at once where another run has it."""
    lock = FileLock(data_dir / ".lock", timeout=0)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise Busy(f"another run holds the lock of {data_dir}; wait for it to end, then run again") from None
    except OSError as error:
        raise StoreError(f"cannot write to {data_dir}: {error.strerror}; check its owner and free space") from error
    try:
        yield
    finally:
        lock.release()
