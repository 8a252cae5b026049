"""How many groups make a part of the whole: stated where neither the untraced part nor chance could change it."""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt

from tracker.findings.chance import THIN, Z
from tracker.findings.monthly import Month, spelt

_SMALL = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")


def stated(month: Month, parts: Iterable[float], words: str, of: str) -> str:
    """Return that so many groups make one of the parts (of 1), the first that may be stated; empty where none may.

    So many reach it even if all that is untraced belongs to others, and one fewer misses it even if all were theirs;
    both by more than the 95 % interval of a share of so many models.
    """
    for part in parts:
        if needed := _needed(month, part):
            number = _SMALL[needed] if needed < len(_SMALL) else f"{needed:,}"
            what = "half" if part == 0.5 else f"{part:.0%}"
            told = f"{number} {words} make" if needed > 1 else f"{_largest(month)} alone makes"
            return f"{told} {what} of {of} in {spelt(month.month)}"
    return ""


def _largest(month: Month) -> str:
    return max(month.shares, key=lambda name: (month.shares[name].share, name))


def _needed(month: Month, part: float) -> int:
    """Return how many groups surely make a part, 0 where that is open."""
    ranked = sorted(month.shares.values(), key=lambda share: -share.share)
    if not ranked or ranked[0].n < THIN or any(each.low is None or each.high is None for each in ranked):
        return 0
    loose = max((each.high or 0) - (each.low or 0) for each in ranked)
    surely = 0.0
    for at, each in enumerate(ranked, 1):
        before, surely = surely, surely + (each.low or 0)
        if surely - Z * _error(surely, each.n) >= part:
            above = min(1.0, before + loose)
            return at if at == 1 or above + Z * _error(above, each.n) < part else 0
    return 0


def _error(share: float, n: int) -> float:
    held = min(max(share, 0.0), 1.0)
    return sqrt(held * (1 - held) / n)
