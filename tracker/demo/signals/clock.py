"""A clock for a server on this machine: no second has to pass between two requests."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class HurriedClock:
    """The time of this machine, and no waiting."""

    def now(self) -> datetime:
        """Return the aware present time."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds since some moment."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Return at once."""
