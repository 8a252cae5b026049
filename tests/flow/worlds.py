"""Worlds of models whose counters are known: true downloads a day, what the counters show, and plain sums of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tracker.flow.shapes import ClassNight

WEEK = np.array([0.87, 1.0, 1.05, 1.05, 1.05, 1.0, 0.87])  # Monday first
COHORTS = ("2022-03", "2022-12", "2023-12", "2024-06", "2024-12", "2025-06", "2025-12", "2026-06")
NEWER = ("2025-06", "2025-12", "2026-06")
WINDOW = 30

Ints = NDArray[np.int64]


@dataclass
class World:
    """True downloads by day and model, and the counters that nights show, night n being the day after day n."""

    first: date
    true: Ints  # [day, model]
    cohort: NDArray[np.str_]
    missing: set[date] = field(default_factory=set)
    shown: Ints = field(init=False)  # [night, model] all-time, -1 where absent

    def __post_init__(self) -> None:
        past = np.cumsum(self.true, axis=0)
        self.shown = past + self.true[:WINDOW].sum(axis=0) * 5
        self.window = past - np.vstack([np.zeros((WINDOW, past.shape[1]), dtype=np.int64), past[:-WINDOW]])

    def night(self, at: int) -> date:
        """Return the night that shows the counters up to day `at`."""
        return self.first + timedelta(days=at + 1)

    def at(self, label: date) -> int:
        """Return the number of a day."""
        return (label - self.first).days

    def freeze(self, label: date, which: NDArray[np.bool_], days: int = 1) -> None:
        """Let the night after a day, and more, show what the night before showed."""
        at = self.at(label)
        for day in range(at, at + days):
            self.shown[day, which] = self.shown[at - 1, which]
            self.window[day, which] = self.window[at - 1, which]

    def hold_back(self, label: date, share: float) -> None:
        """Let every model show only a part of a day; the rest comes a night later."""
        at = self.at(label)
        self.shown[at] -= ((1 - share) * self.true[at]).astype(np.int64)

    def roll_back(self, labels: Iterable[date], which: NDArray[np.bool_], days: int) -> None:
        """Let nights show the counters of some days before."""
        for label in labels:
            self.shown[self.at(label), which] = self.shown[self.at(label) - days, which]

    def lose(self, label: date, which: NDArray[np.bool_]) -> None:
        """Let a night lack models."""
        self.shown[self.at(label), which] = -1


def world(seed: int, days: int, models: int = 800, first: date = date(2025, 1, 1), growth: float = 0.002) -> World:
    """Return an ordinary world: lognormal sizes, a weekly cycle, growth, and chance."""
    rng = np.random.default_rng(seed)
    rate = np.exp(rng.normal(3.0, 2.2, models))
    numbers = np.arange(days)
    week = WEEK[[(first + timedelta(days=int(day))).weekday() for day in numbers]]
    level = week * np.exp(growth * numbers)
    noise = np.exp(rng.normal(0.0, 0.2, (days, models)))
    true = rng.poisson(np.minimum(rate[None, :] * level[:, None] * noise, 1e9))
    cohort = np.array(COHORTS)[np.sort(rng.integers(0, len(COHORTS), models))]
    return World(first, true.astype(np.int64), cohort)


def nights(made: World, since: int = WINDOW) -> list[ClassNight]:
    """Return what the nights of a world are as sums by cohort, in plain Python, held counters included."""
    found: list[ClassNight] = []
    held: dict[int, tuple[int, str]] = {}  # model -> its last honest counter, and why it is held
    shown = [at for at in range(since, len(made.true)) if made.night(at) not in made.missing]
    for before, now in pairwise(shown):
        found += _night(made, before, now, held)
    return found


def _night(made: World, before: int, now: int, held: dict[int, tuple[int, str]]) -> list[ClassNight]:
    sums: dict[str, dict[str, float]] = {}
    for model, name in enumerate(made.cohort):
        row = sums.setdefault(str(name), dict.fromkeys(_COUNTED, 0.0))
        _count(row, made, before, now, model, held)
    day, days = made.night(now), now - before
    return [ClassNight(day, name, days, **row) for name, row in sorted(sums.items())]  # type: ignore[arg-type]


_COUNTED = (
    "models", "movers", "unmoved", "slowed", "expected", "increase", "fell", "fell_by", "recovered", "recovered_by",
    "absent", "back",
)  # fmt: skip


def _count(
    row: dict[str, float], made: World, before: int, now: int, model: int, held: dict[int, tuple[int, str]]
) -> None:
    was, value = int(made.shown[before, model]), int(made.shown[now, model])
    if value < 0:
        if was >= 0:
            row["absent"] += 1
            held.setdefault(model, (was, "absent"))
        return
    row["models"] += 1
    if was < 0 and model in held:
        row["back"] += 1
    if model in held:
        last, why = held[model]
        if value >= last:
            del held[model]
            if why == "fall":
                row["recovered"] += 1
                row["recovered_by"] += max(0, last - was)
        return
    if value < was:
        held[model] = (was, "fall")
        row["fell"] += 1
        row["fell_by"] += was - value
        return
    window = int(made.window[before, model])
    row["expected"] += window / WINDOW
    row["increase"] += value - was
    if window >= 300:
        row["movers"] += 1
        row["unmoved"] += value == was
        row["slowed"] += value - was < 0.5 * window / WINDOW * (now - before)
