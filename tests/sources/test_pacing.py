"""Requests are spread so that a quota is used up and not overrun, alone or beside other programs."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from math import ceil

import pytest

from tracker.sources.hub_models.pacing import Pacer, Quota, rate_limit_wait

NOW = datetime(2026, 11, 22, 10, 17, tzinfo=UTC)
POLICY = '"fixed window";"api";q=500;w=300'


@dataclass
class Window:
    """The Hub's limiter: fixed windows of 300 s, and others who take from it as well."""

    quota: int = 500
    others_per_second: float = 0.0
    others_burst: int = 1
    offset: float = 0.0

    def __post_init__(self) -> None:
        self.number, self.used, self.ours, self.others_at, self.refused = -1, 0, 0, 0.0, 0
        self.used_by_window: list[int] = []

    def ask(self, at: float) -> dict[str, str]:
        number = int((at + self.offset) // 300)
        if number != self.number:
            self.used_by_window += [self.used] if self.number >= 0 else []
            self.number, self.used = number, 0
        while self.others_per_second and self.others_at <= at:
            if (self.others_at + self.offset) // 300 == number:
                self.used += self.others_burst
            self.others_at += self.others_burst / self.others_per_second
        self.used += 1
        self.refused += self.used > self.quota
        reset = ceil((number + 1) * 300 - at - self.offset)
        return {"ratelimit": f'"api";r={max(0, self.quota - self.used)};t={reset}', "ratelimit-policy": POLICY}


def drive(window: Window, pages: int, latency: float = 0.3, known: bool = True, seed: int = 1) -> float:
    """Walk so many pages in virtual time; return how long it took."""
    pacer, at, dice = Pacer(), 0.0, random.Random(seed)
    for page in range(1, pages + 1):
        at += latency * dice.uniform(0.5, 2)
        pacer.read(window.ask(at), at)
        at += pacer.wait_seconds(pages - page if known else max(1, page), at)
    return at


@pytest.mark.parametrize("offset", [0.0, 0.4, 17.3, 155.0, 299.5])
@pytest.mark.parametrize("known", [True, False])
def test_a_long_walk_uses_the_quota_and_is_never_refused(offset: float, known: bool) -> None:
    window = Window(offset=offset)
    drive(window, 3300, known=known)
    assert window.refused == 0
    assert min(window.used_by_window[1:]) >= 0.97 * window.quota


def test_a_short_walk_runs_at_full_speed() -> None:
    window = Window()
    assert drive(window, 400, latency=0.3) < 400 * 0.3 * 1.4
    assert window.refused == 0


def test_a_walk_that_fits_into_what_is_left_is_not_slowed_at_its_end() -> None:
    pacer = Pacer()
    pacer.read({"ratelimit": '"api";r=40;t=200', "ratelimit-policy": POLICY}, 0.0)
    assert pacer.wait_seconds(40, 0.0) == 0.0
    assert pacer.wait_seconds(41, 0.0) == pytest.approx(5.0)


@pytest.mark.parametrize(("rate", "burst"), [(0.2, 1), (0.8, 1), (0.5, 10), (1.2, 3), (0.1, 30)])
def test_beside_other_programs_the_quota_is_used_and_nobody_is_refused(rate: float, burst: int) -> None:
    window = Window(others_per_second=rate, others_burst=burst, offset=33.0)
    drive(window, 3000)
    assert window.refused == 0
    assert sum(window.used_by_window[1:]) / len(window.used_by_window[1:]) >= 0.9 * window.quota


def test_nothing_left_means_waiting_for_the_next_window() -> None:
    pacer = Pacer()
    pacer.read({"ratelimit": '"api";r=0;t=120', "ratelimit-policy": POLICY}, 10.0)
    assert pacer.wait_seconds(1, 10.0) == 121.0
    assert pacer.wait_seconds(1, 131.0) == 0.0


def test_a_hub_that_says_nothing_is_not_paced() -> None:
    pacer = Pacer()
    pacer.read({"content-type": "text/html"}, 0.0)
    assert pacer.wait_seconds(10**6, 0.0) == 0.0


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"ratelimit": '"api";r=0;t=55'}, 56.0),
        ({"ratelimit": '"api";r=12;t=55'}, None),
        ({"ratelimit": '"api";r=12;t=55', "retry-after": "9"}, 10.0),
        ({"retry-after": "30"}, 31.0),
        ({"retry-after": format_datetime(datetime(2026, 11, 22, 10, 18, tzinfo=UTC), usegmt=True)}, 61.0),
        ({"retry-after": format_datetime(datetime(2026, 11, 22, 10, 0, tzinfo=UTC), usegmt=True)}, 1.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({}, None),
    ],
)
def test_what_a_429_asks_for(headers: dict[str, str], expected: float | None) -> None:
    assert rate_limit_wait(headers, NOW) == expected


def test_quotas_are_read_from_the_recorded_headers() -> None:
    headers = {"ratelimit": '"api";r=499;t=293', "ratelimit-policy": POLICY}
    assert Quota.read(headers) == Quota(499, 293, 500)
    assert Quota.read({"ratelimit": "nonsense"}) is None
