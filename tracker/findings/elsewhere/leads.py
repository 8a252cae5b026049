"""What other sources than the Hub allow to state: whose models have most tokens, whose best one leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.findings.monthly import the


@dataclass(frozen=True)
class Tokens:
    """Shares of one week by origin and openness, parts of all tokens, and which part could be anyone's."""

    shares: Mapping[tuple[str, str], float]
    unattributed: float

    @property
    def leader(self) -> tuple[str, str] | None:
        """The origin and openness whose share is ahead of every other, whatever is behind what is not attributed."""
        ranked = sorted(self.shares, key=lambda each: (-self.shares[each], each))
        others = self.shares[ranked[1]] if len(ranked) > 1 else 0.0
        return ranked[0] if ranked and self.shares[ranked[0]] > others + self.unattributed else None


def of_tokens(told: Tokens) -> str:
    """Return whose open or closed models have most tokens; empty where what is not attributed could turn it."""
    if not told.leader:
        return ""
    origin, openness = told.leader
    return f"{openness.capitalize()} models from {the(origin)} have the largest part of OpenRouter's tokens"


@dataclass(frozen=True)
class Lead:
    """Whose best open model a board rates highest, and by how much at least: None where no interval is given."""

    board: str
    origin: str
    gap_low: float | None

    @property
    def is_clear(self) -> bool:
        """Whether the intervals of the two best do not touch."""
        return self.gap_low is not None and self.gap_low > 0


def of_ratings(leads: Sequence[Lead]) -> str:
    """Return whose best open model leads on which board; empty where intervals allow it on none."""
    clear = [each for each in leads if each.is_clear]
    if not clear:
        return ""
    if len(clear) == len(leads) == 2 and clear[0].origin == clear[1].origin:
        return (
            f"The best rated open model is from {the(clear[0].origin)} on {_named(clear[0].board)} "
            f"and on {_named(clear[1].board)}"
        )
    told = [f"on {_named(each.board)} the best open model is from {the(each.origin)}" for each in clear]
    told += [f"on {_named(each.board)} no origin is clearly ahead" for each in leads if not each.is_clear]
    text = ", ".join(told)
    return text[0].upper() + text[1:]


def _named(board: str) -> str:
    return f"the {board}" if " " in board else board
