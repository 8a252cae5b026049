"""Significance test: is a count larger than chance explains?"""

from __future__ import annotations

from math import exp, log

from tracker.flow.thresholds import CHANCE


def beyond(count: int, of: int, usual: float) -> bool:
    """Return whether `count` of `of` is more than chance explains, if each counts with probability `usual`.

    It uses Chernoff's bound on the binomial tail: exp(-n KL(k/n, p)).
    """
    share = count / of
    if share <= usual:
        return False
    distance = share * log(share / usual)
    if share < 1:
        distance += (1 - share) * log((1 - share) / (1 - usual))
    return exp(-of * distance) <= CHANCE
