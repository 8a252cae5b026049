"""One question on its way, and the places for so many at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tracker.errors import Full, TooMuch

if TYPE_CHECKING:
    from tracker.api import Copy

_SAMPLE_SECONDS = 0.05


class Turn:
    """One question on its way: whoever asked may stop it, and it alone, whether it waits or runs."""

    def __init__(self) -> None:
        self._why: str | None = None

    def stop(self, why: str) -> None:
        """Stop it; what is asked ends in TooMuch, which says why."""
        self._why = self._why or why

    def require_going(self) -> None:
        """Raise TooMuch where it was stopped."""
        if self._why is not None:
            raise TooMuch(self._why)

    @contextmanager
    def asking(self, copy: Copy, seconds: float) -> Iterator[None]:
        """While a copy is asked: stop that when this is stopped, or after so many seconds."""
        self.require_going()
        over = threading.Event()
        watch = threading.Thread(target=self._watch, args=(copy, over, time.monotonic() + seconds, seconds))
        watch.start()
        try:
            yield
        finally:
            over.set()
            watch.join()

    def _watch(self, copy: Copy, over: threading.Event, latest: float, seconds: float) -> None:
        while not over.wait(_SAMPLE_SECONDS):
            if time.monotonic() > latest:
                self.stop(f"stopped after {seconds:g} seconds; narrow the question, or raise the time limit")
            if self._why is not None:
                copy.stop(self._why)


class Places:
    """So many questions at once, so many more that wait, each for so many seconds at most."""

    def __init__(self, count: int, waiting: int, seconds: float) -> None:
        self._most = count + waiting
        self._seconds = seconds
        self._inside = 0
        self._lock = threading.Lock()
        self._free = threading.Semaphore(count)

    @contextmanager
    def taken(self, turn: Turn) -> Iterator[None]:
        """Wait for a place and hold it. Raises Full, and TooMuch where the question was stopped meanwhile."""
        with self._lock:
            if self._inside >= self._most:
                raise Full(f"{self._inside} questions are being answered, or wait; ask again in a moment")
            self._inside += 1
        try:
            self._wait(turn)
            try:
                yield
            finally:
                self._free.release()
        finally:
            with self._lock:
                self._inside -= 1

    def _wait(self, turn: Turn) -> None:
        latest = time.monotonic() + self._seconds
        while not self._free.acquire(timeout=_SAMPLE_SECONDS):
            turn.require_going()
            if time.monotonic() > latest:
                raise Full(f"no place was free for {self._seconds:g} seconds; ask again in a moment")
