"""What the questions of others may take of this machine, all together and each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.errors import SettingsError

_SELF = 5 << 28  # bytes: Python with all that it imports, and answers on their way out
_COPIES = 2  # open at once: the newest, and the one before it while questions to that are answered
_LEAST = 1 << 28  # bytes with which a statement can do anything
MOST_ROWS_BYTES = 16 << 20  # of a statement of a stranger, as they come from its process
MOST_CELLS = 1_000_000  # of any answer

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT])(i?)B", re.IGNORECASE)


@dataclass(frozen=True)
class Bounds:
    """How many questions are answered at once, how many more wait, how long one may take, and memory for it all.

    A place is for a question on its way, with memory for the process of a stranger's statement, or for the copies of
    earlier days that it asks.
    """

    places: int = 4
    waiting: int = 8
    seconds: float = 30.0
    memory: int = 8_000_000_000

    def __post_init__(self) -> None:
        if self.each < _LEAST:
            raise SettingsError(
                f"{_told(self.memory)} of memory for {self.places} places are too few: {_told(self.least)} at least, "
                "or fewer places"
            )

    @property
    def each(self) -> int:
        """Bytes of a place, and of a copy."""
        return (self.memory - _SELF) // (self.places + _COPIES)

    @property
    def least(self) -> int:
        """Bytes without which so many places are refused."""
        return _SELF + _LEAST * (self.places + _COPIES)

    def __str__(self) -> str:
        return (
            f"at most {_told(self.memory)} of memory: {self.places} questions at once with {_told(self.each)} each, "
            f"{_COPIES} open copies with as much, {_told(_SELF)} for the server; {self.waiting} more questions wait; "
            f"{self.seconds:g} seconds each"
        )


def size(text: str) -> int:
    """Return the bytes of a size such as 8GB or 512MiB. Raises SettingsError."""
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise SettingsError(f"{text!r} is not a size such as 8GB or 512MiB")
    base = 1024 if found[3] else 1000
    return int(float(found[1]) * base ** " KMGT".index(found[2].upper()))


def _told(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
