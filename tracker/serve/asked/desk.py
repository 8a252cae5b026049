"""Where questions are answered: in a place, of a copy, within bounds."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

from tracker.api import Copy, Rows
from tracker.errors import TooMuch
from tracker.serve.asked.bounds import MOST_CELLS, Bounds
from tracker.serve.asked.pool import Pool
from tracker.serve.asked.question import Question
from tracker.serve.asked.turn import Places, Turn
from tracker.settings import Settings

Made = TypeVar("Made")


class Desk:
    """Answers questions to the copy that the settings name, from as many threads as there are."""

    def __init__(self, chosen: Settings, bounds: Bounds | None = None) -> None:
        self.bounds = bounds or Bounds()
        self._pool = Pool(chosen, self.bounds)
        self._places = Places(self.bounds.places, self.bounds.waiting, self.bounds.seconds)

    def __enter__(self) -> Desk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> None:
        """Open the newest copy, so that who asks first does not wait. Raises NothingPublished, StoreError."""
        with self._pool.copy(None, self.bounds.seconds):
            pass

    def close(self) -> None:
        """Let go of all copies."""
        self._pool.close()

    def ask(self, question: Question, turn: Turn | None = None) -> Rows:
        """Return the rows of a question with all that defends them. `turn` is where it can be stopped.

        Raises Full where there is no place, TooMuch for what takes too much, and what the question raises at a prompt.
        """
        return self.answer(question, lambda rows, _copy: rows, turn)

    def answer(self, question: Question, make: Callable[[Rows, Copy], Made], turn: Turn | None = None) -> Made:
        """Return what is made of the rows and the copy that gave them, while the place is held; raise as `ask`."""
        turn = turn or Turn()
        seconds = min(question.seconds or self.bounds.seconds, self.bounds.seconds)
        with (
            self._places.taken(turn),
            self._pool.copy(question.as_of, seconds) as copy,
            turn.asking(copy, seconds),
        ):
            rows = question.ask(copy)
            _require_small(rows)
            copy.published.require_may_leave(rows.sql or "", rows.table.columns)
            return make(rows, copy)


def _require_small(rows: Rows) -> None:
    cells = rows.table.height * len(rows.table.columns)
    if cells > MOST_CELLS:
        raise TooMuch(
            f"the answer has {rows.table.height:,} rows of {len(rows.table.columns)} columns, more than are served at "
            "once; narrow the question"
        )
