"""One writer at a time: an operating-system lock on the data folder, released by the kernel even after kill -9.

May import: disk, errors, files.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from tracker import disk, files
from tracker.errors import Busy, StoreError

SHORT_SECONDS = 0.2  # is_held takes the lock for a moment, and must not be mistaken for a run
PIECE_SECONDS = 300.0  # what writes in pieces lets go of the lock long before; one that hangs must not hang others
POLL_SECONDS = 0.5

_LOCK = ".lock"
_PIECES = ".lock-pieces"  # held by who writes in pieces, from the first to the last
_NEXT = ".lock-next"  # held by who waits for such a piece to end: the next one is not begun before

log = logging.getLogger(__name__)


@contextmanager
def hold(data_dir: Path) -> Iterator[None]:
    """Hold the writer's lock of `data_dir`; raise Busy where another run has it, SettingsError for a copy to ask.

    Where the other writes in pieces, this waits for the piece to end and goes before the next.
    """
    files.require_data_folder(data_dir)
    with _explained(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(data_dir / _LOCK)
        try:
            lock.acquire(timeout=SHORT_SECONDS)
        except Timeout:
            if not _is_held(data_dir / _PIECES):
                raise
            with FileLock(data_dir / _NEXT, timeout=PIECE_SECONDS):
                lock.acquire(timeout=PIECE_SECONDS)
    try:
        yield
    finally:
        lock.release()


class Pieces:
    """A long piece of work that holds the writer's lock again and again, each time for seconds."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the writer's lock, as soon as nobody else has it or waits for it."""
        lock, turn = FileLock(self._data_dir / _LOCK), FileLock(self._data_dir / _NEXT)
        is_told = False
        with _explained(self._data_dir):
            while not _taken(lock, turn):
                if not is_told:
                    log.info("another run holds the lock of %s and goes first", self._data_dir)
                    is_told = True
                time.sleep(POLL_SECONDS)
        try:
            yield
        finally:
            lock.release()


def _taken(lock: FileLock, turn: FileLock) -> bool:
    """Try to take a lock; not where somebody waits for his turn."""
    try:
        with turn.acquire(timeout=0):
            lock.acquire(timeout=0)
    except Timeout:
        return False
    return True


@contextmanager
def in_pieces(data_dir: Path) -> Iterator[Pieces]:
    """Begin a long piece of work on `data_dir`; raise Busy where another one is under way."""
    files.require_data_folder(data_dir)
    with _explained(data_dir):
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(data_dir / _PIECES)
        lock.acquire(timeout=SHORT_SECONDS)
    try:
        yield Pieces(data_dir)
    finally:
        lock.release()


@contextmanager
def _explained(data_dir: Path) -> Iterator[None]:
    try:
        yield
    except Timeout:
        raise Busy(f"another run holds the lock of {data_dir}; wait for it to end, then run again") from None
    except NotImplementedError as error:
        raise StoreError(f"the file system of {data_dir} keeps no locks; use a folder on a local disk") from error
    except OSError as error:
        raise StoreError(f"cannot write to {data_dir}: {disk.told(error)}") from error


def is_held(data_dir: Path) -> bool:
    """Return whether a run is at work on `data_dir`; a folder that may only be read can be asked too."""
    return _is_held(data_dir / _LOCK)


def _is_held(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)  # lets go of it
    return False
