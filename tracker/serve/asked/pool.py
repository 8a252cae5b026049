"""The newest copy, opened once for many questions, each on a cursor of its own.

Where another has been published, the next question opens that; the one before is closed with the last question to it.
While that is still open and asked, a third is not opened: two copies at most take memory.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date

from tracker import api
from tracker.api.copy import Copy, standing
from tracker.errors import NothingPublished
from tracker.serve.asked.bounds import MOST_ROWS_BYTES, Bounds
from tracker.settings import Settings


@dataclass
class _Open:
    """A copy that is open, what told it from others when it was opened, and how many questions it is asked."""

    copy: Copy
    standing: tuple[object, ...]
    asked: int = 0


class Pool:
    """Copies for questions. Threads share it."""

    def __init__(self, chosen: Settings, bounds: Bounds) -> None:
        self._chosen = replace(chosen, memory_limit=_whole(bounds.each))
        # an earlier day and what was said then are two copies
        self._beside = replace(chosen, memory_limit=_whole(bounds.each // 2), threads=1)
        self._bounds = bounds
        self._lock = threading.Lock()
        self._newest: _Open | None = None
        self._before: _Open | None = None

    def close(self) -> None:
        """Close all; a question that still runs fails."""
        with self._lock:
            for each in (self._newest, self._before):
                if each:
                    each.copy.close()
            self._newest = self._before = None

    @contextmanager
    def copy(self, as_of: date | None, seconds: float) -> Iterator[Copy]:
        """Open the newest copy, or that of a day, for one question. Raises NothingPublished, StoreError."""
        if as_of is not None:
            with (
                api.Copy(self._beside, as_of=as_of, timeout=seconds) as earlier,
                self._cursor(earlier, seconds, self._bounds.each // 2) as cursor,
            ):
                yield cursor
            return
        found = self._take()
        try:
            with self._cursor(found.copy, seconds, self._bounds.each) as cursor:
                yield cursor
        finally:
            self._give_back(found)

    def _cursor(self, copy: Copy, seconds: float, memory: int) -> AbstractContextManager[Copy]:
        beside = self._beside.memory_limit
        return copy.cursor(timeout=seconds, memory=memory, answer=MOST_ROWS_BYTES, beside=beside)

    def _take(self) -> _Open:
        with self._lock:
            now = standing(self._chosen)
            if self._newest is None:
                self._newest = self._opened(now)
            elif now != self._newest.standing and self._before is None:
                self._replace(self._newest, now)
            self._newest.asked += 1
            return self._newest

    def _replace(self, old: _Open, now: tuple[object, ...]) -> None:
        try:
            self._newest = self._opened(now)
        except NothingPublished:  # it is just being put in its place, or the folder is gone: what is open is known
            return
        if old.asked:
            self._before = old
        else:
            old.copy.close()

    def _opened(self, now: tuple[object, ...]) -> _Open:
        return _Open(api.Copy(self._chosen, timeout=self._bounds.seconds), now)

    def _give_back(self, taken: _Open) -> None:
        with self._lock:
            taken.asked -= 1
            if taken is self._before and not taken.asked:
                self._before = None
                taken.copy.close()


def _whole(size: int) -> str:
    return f"{size >> 20}MiB"
