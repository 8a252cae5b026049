"""What bounds and chance allow a sentence to state: a leader, a change, a crossing; without them it states nothing.

The months' models are taken for a sample of what is built: so many of them may fall either way by chance. Bounds are
what the untraced part allows. Where they are not known, as for a part of the Hub, nothing is stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

# models: below it the 95 % interval of a share of one half is wider than 10 points to either side
THIN = 100
WHOLE_DAYS = {"week": 7, "month": 28}  # of tokens of such a period, at least
MUCH_HIDDEN = 0.1  # of a period's tokens; one model had 22 % of 2026-09-30, was anybody's, and was gone again
Z = 1.96  # standard errors that hold 95 % of what chance does


@dataclass(frozen=True)
class Share:
    """A share with its bounds (None: not known) and the number of models in its denominator."""

    share: float
    low: float | None
    high: float | None
    n: int


def leads(first: Share, others: Iterable[Share]) -> bool:
    """Say whether a share is ahead of all others of its month, whatever the untraced part is, and beyond chance.

    The test of two shares of one sample at 95 %: p - q against 1.96 * sqrt((p + q - (p - q)^2) / n).
    """
    return first.n >= THIN and all(_clears(first, other) and _beyond_chance(first, other) for other in others)


def _beyond_chance(first: Share, other: Share) -> bool:
    difference = first.share - other.share
    spread = max(0.0, first.share + other.share - difference**2)
    return difference > Z * sqrt(spread / first.n)


def gains(before: Share, after: Share) -> bool:
    """Say whether a share grew between two months, whatever the untraced parts are, and beyond chance.

    The test of two proportions at 95 %: q - p against 1.96 * sqrt(p (1 - p) / n + q (1 - q) / m).
    """
    if min(before.n, after.n) < THIN or not _clears(after, before):
        return False
    variance = sum(max(0.0, each.share * (1 - each.share)) / each.n for each in (before, after))
    return after.share - before.share > Z * sqrt(variance)


def overtakes(months: Sequence[Mapping[str, Share]], name: str) -> tuple[int, str] | None:
    """Return since which month `name` has been ahead, and of whom, where it overtook somebody for good.

    That one led it before in some month, and `name` has been the largest from then to the end: for two months at
    least, and beyond bounds and chance in the last.
    """
    since, other = len(months), name
    while since and (other := _top(months[since - 1])) == name:
        since -= 1
    if not 0 < since <= len(months) - 2:
        return None
    last = months[-1]
    led = any(name in month and other in month and leads(month[other], [month[name]]) for month in months[:since])
    return (since, other) if led and leads(last[name], [last[other]] if other in last else []) else None


def _top(month: Mapping[str, Share]) -> str:
    return max(month, key=lambda each: (month[each].share, each), default="")


def _clears(first: Share, other: Share) -> bool:
    return first.low is not None and other.high is not None and first.low > other.high
