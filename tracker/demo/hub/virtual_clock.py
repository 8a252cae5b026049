"""The virtual clock: it says which night it is and when a quota window ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

# A night is entered after the Hub's daily refresh of its counters (07 to 10 UTC), off the full hour.
HOUR_OF_POLL = time(10, 17, tzinfo=UTC)


class Clock:
    """Time that follows `monotonic` at `scale` virtual seconds a second, unless it is moved."""

    def __init__(self, start: datetime, monotonic: Callable[[], float], scale: float = 1.0) -> None:
        self._monotonic = monotonic
        self._moved_to = start
        self._moved_at = monotonic()
        self._scale = scale

    def now(self) -> datetime:
        """Return the virtual time."""
        return self._moved_to + timedelta(seconds=(self._monotonic() - self._moved_at) * self._scale)

    def timestamp(self) -> float:
        """Return the virtual time in seconds since 1970."""
        return self.now().timestamp()

    def move_to(self, moment: datetime) -> None:
        """Go to a moment, earlier or later, and on from there."""
        self._moved_to, self._moved_at = moment, self._monotonic()

    def advance(self, seconds: float) -> None:
        """Skip some virtual seconds."""
        self.move_to(self.now() + timedelta(seconds=seconds))

    def set_scale(self, scale: float) -> None:
        """Let so many virtual seconds pass in a real one."""
        self.move_to(self.now())
        self._scale = scale


def poll_time(night: date) -> datetime:
    """Return when on a virtual day the clock stands after a move to that night."""
    return datetime.combine(night, HOUR_OF_POLL)
