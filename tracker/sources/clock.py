"""Time as collectors need it: what time it is, waiting, how long. Handed in, so that a test may run 300 s in 2."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

RESET_MARGIN_SECONDS = 1.0  # what a server says is a whole number of seconds


class Clock(Protocol):
    """A clock whose seconds are those that the Hub counts its quota windows in."""

    def now(self) -> datetime:
        """Return the aware present time."""
        ...

    def monotonic(self) -> float:
        """Return seconds since some moment; never goes back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait; a signal ends it by the exception that its handler raises."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Return the aware present time."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds since some moment."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that `Retry-After` asks for, as a number or as a date; None without it."""
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", text):
        return int(text) + RESET_MARGIN_SECONDS
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (until.astimezone(now.tzinfo) - now).total_seconds()) + RESET_MARGIN_SECONDS
