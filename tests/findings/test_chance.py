"""A finding clears bounds and chance, or is none."""

from __future__ import annotations

import random

import pytest

from tracker.findings.chance import THIN, Share, gains, leads, overtakes


def share(part: float, n: int = 10_000, loose: float = 0.0) -> Share:
    return Share(part, part, part + loose, n)


@pytest.mark.parametrize(
    ("first", "other", "ahead"),
    [
        (share(0.45), share(0.30), True),
        (share(0.50), share(0.50), False),  # a tie
        (share(0.50, n=2), share(0.50, n=2), False),
        (share(0.95, n=THIN - 1), share(0.05, n=THIN - 1), False),  # thin
        (share(0.40, n=THIN), share(0.30, n=THIN), False),  # chance
        (share(0.31), share(0.30), False),
        (share(0.31, n=1_000_000), share(0.30, n=1_000_000), True),
        (share(0.45, loose=0.2), share(0.30, loose=0.2), False),  # bounds
        (Share(0.44, 0.19, 0.83, 10_000), share(0.3), False),
        (Share(0.45, None, None, 10_000), Share(0.30, None, None, 10_000), False),  # a part of the Hub
    ],
)
def test_a_leader_clears_bounds_and_chance(first: Share, other: Share, ahead: bool) -> None:
    assert leads(first, [other]) == ahead
    assert not leads(other, [first])


def test_a_leader_is_ahead_of_all() -> None:
    assert not leads(share(0.45), [share(0.2), share(0.3, loose=0.2)])


@pytest.mark.parametrize(
    ("before", "after", "grew"),
    [
        (share(0.20), share(0.30), True),
        (share(0.30), share(0.20), False),
        (share(0.20), share(0.20), False),
        (share(0.20, n=150), share(0.25, n=150), False),
        (share(0.20, n=50), share(0.90, n=50_000), False),
        (share(0.20, loose=0.15), share(0.30, loose=0.15), False),
    ],
)
def test_a_gain_clears_bounds_and_chance(before: Share, after: Share, grew: bool) -> None:
    assert gains(before, after) == grew


def test_chance_alone_makes_a_leader_as_seldom_as_it_says() -> None:
    """Two groups of equal share in 2,000 samples of 400 models: one is called ahead in about 5 % of them."""
    random.seed(1)
    called = 0
    for _ in range(2_000):
        drawn = random.choices("abc", weights=[3, 3, 4], k=400)
        a, b = (share(drawn.count(name) / 400, n=400) for name in "ab")
        called += leads(a, [b]) or leads(b, [a])
    assert 0.03 < called / 2_000 < 0.07


def months(*ours: float) -> list[dict[str, Share]]:
    return [{"A": share(each), "B": share(0.5 - each), "C": share(0.1)} for each in ours]


@pytest.mark.parametrize(
    ("ours", "found"),
    [
        ((0.1, 0.2, 0.3, 0.35), (2, "B")),
        ((0.1, 0.3, 0.2, 0.3, 0.35), (3, "B")),  # the last time counts
        ((0.1, 0.3, 0.35, 0.2), None),  # it did not last
        ((0.1, 0.2, 0.2, 0.35), None),  # one month alone
        ((0.3, 0.3, 0.35, 0.35), None),  # never behind
        ((0.2499, 0.2499, 0.3, 0.35), None),  # the other never led beyond chance
        ((0.1, 0.2, 0.2502, 0.2502), None),  # nor does it now
        ((), None),
    ],
)
def test_an_overtaking_lasts_to_the_end(ours: tuple[float, ...], found: tuple[int, str] | None) -> None:
    assert overtakes(months(*ours), "A") == found
