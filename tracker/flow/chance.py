"""Whether chance can have done it."""

from __future__ import annotations

from math import exp, log

from tracker.flow.thresholds import CHANCE


def beyond(count: int, of: int, usual: float) -> bool:
    """Say whether so many of a number are more than chance does, where each is one with the usual share.

    By Chernoff's bound, which no binomial tail exceeds: exp(-n KL(k/n, p)).
    """
    share = count / of
    if share <= usual:
        return False
    distance = share * log(share / usual)
    if share < 1:
        distance += (1 - share) * log((1 - share) / (1 - usual))
    return exp(-of * distance) <= CHANCE
