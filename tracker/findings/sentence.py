"""A sentence about a change: its words, the number that it rests on, and which chart shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass

# marks of what is stressed, which no name keeps when it is shown
_OPEN, _CLOSE = "\x0e", "\x0f"


def strong(text: str) -> str:
    """Return a part of a sentence that is stressed."""
    return f"{_OPEN}{text}{_CLOSE}"


@dataclass(frozen=True)
class Sentence:
    """One statement; `number` is the one that it is about.

    `kind` says what kind of change it is, `chart` names the chart that shows it (empty: none does), `question` which
    of the questions that were asked gives the number.
    """

    kind: str
    text: str
    number: float
    chart: str = ""
    question: str = ""

    @property
    def parts(self) -> list[tuple[str, bool]]:
        """The sentence in pieces, and whether each is stressed."""
        pieces = re.split(f"[{_OPEN}{_CLOSE}]", self.text)
        return [(piece, at % 2 == 1) for at, piece in enumerate(pieces) if piece]

    @property
    def plain(self) -> str:
        """The sentence without stress."""
        return re.sub(f"[{_OPEN}{_CLOSE}]", "", self.text)
