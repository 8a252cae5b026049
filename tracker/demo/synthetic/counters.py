"""Downloads and likes that move from night to night as the Hub's do.

Every model has a daily rate (a heavy tail: most have next to none, a handful have most of all downloads). What is
counted on a day is that rate with chance, a weekly cycle, the rush after a release and single bursts; the 30-day
window and the all-time counter are sums of it. What a night *shows* are the sums up to its counter day, usually the
day before. The artefacts of the real Hub are counter days that stand still or run backwards for part of the models:
a stall, a stall of newer models, a roll-back, each made good some nights later (see `counter_days`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from tracker.demo.synthetic.population.population import Ints, Population, generator
from tracker.demo.synthetic.trend import SECONDS_A_DAY, days

WINDOW = 30
# share of models with more downloads in 30 days -> how many those are; a power law between the points.
# The Hub: 71 % have at most 10, the 200 most used of 3 million have half of all
TAIL_SHARES = np.array([1e-7, 3e-7, 6e-5, 1.5e-2, 0.28, 0.45])
TAIL_DOWNLOADS = np.array([2.5e8, 1.6e8, 8e5, 1e3, 10.0, 1.0])
SHARE_WITH_DOWNLOADS = 0.45
WEEK = np.array([1.00, 1.04, 1.05, 1.05, 1.02, 0.94, 0.88])  # by weekday, Monday first
FASHION, DECLINE, DRIFT = 0.15, 0.04, 0.05  # growth in 30 days: of what is new, of what is old, by chance
RUSH, RUSH_DAYS, RUSH_ENDS = 4.0, 6.0, 40  # downloads right after a release, as a multiple; how fast it fades
LEVELS = (0.2, 5.0)  # no model's day is less or more of its rate by growth alone
SPARE = 1.2  # chance and bursts add so much
BURSTS = 8_000  # one in so many models has a burst on a day: bots, test runs
LIKED_PER_DAY, UNLIKED_PER_DAY = 6e-4, 8e-4
NEWER = 0.7  # a partial stall holds back the newest 30 %
ROLLED_BACK = 0.35  # of the models go backwards in a roll-back
ROLL_BACK_DAYS = 7
FROZEN = 0.002  # of the models have an all-time counter that never moves
RECOUNTED = 0.001  # of the models lose part of their all-time count for good
RECOUNT_LOSS = 0.04

Rates = NDArray[np.float32]


@dataclass(frozen=True)
class Shown:
    """What a night shows, one value a row."""

    downloads_30d: Ints
    downloads_all_time: Ints
    likes: Ints
    trending_score: Ints


@dataclass(frozen=True)
class CounterDays:
    """The day up to which a night's counters have counted: for all, for the newer models, for the rolled-back ones."""

    usual: date
    newer: date
    rolled_back: date


def counter_days(nights: Sequence[date], night: date) -> CounterDays:
    """Return how far the counters of a night have come. Every 30 nights bring one artefact of each kind.

    The 9th night (or the next Wednesday) shows the counters of the night before; on the 16th and 17th the newer
    models stand still; from the 22nd to the 24th a third of the models is seven days back.
    """
    usual = night - timedelta(days=1)
    if night not in nights:  # a day of the past, which archives tell of: whatever they held stood still never
        return CounterDays(usual, usual, usual)
    number = nights.index(night)
    first = number - number % WINDOW + 8
    stalls = next((at for at in range(first, first + 6) if at < len(nights) and nights[at].weekday() == 2), first)
    if number == stalls:
        usual -= timedelta(days=1)
    newer = usual - timedelta(days=max(0, number % WINDOW - 14)) if number % WINDOW in (15, 16) else usual
    back = usual - timedelta(days=ROLL_BACK_DAYS) if number % WINDOW in (21, 22, 23) else usual
    return CounterDays(usual, newer, back)


class Counters:
    """The sums of a population up to a day, moved forwards and backwards day by day."""

    def __init__(self, population: Population, interest: Rates, nights: Sequence[date]) -> None:
        """Rank the models by interest (any scale) and count up to the day before the first night."""
        self.nights = nights
        self._seed, self._models = population.seed, len(population)
        rng = population.rng("counters")
        self._born = ((population.created - 6 * 3600) // SECONDS_A_DAY).astype(np.int32)
        rate = _rates(interest, rng)
        self._start = self._day = days(nights[0]) - 1
        self._active = np.flatnonzero(rate > 0).astype(np.int32)  # all sums are over these only
        self._rate, self._born_active = rate[self._active], self._born[self._active]
        age = (self._day - self._born_active) / 365.0
        fashion = FASHION * np.exp(-np.maximum(age, 0)) - DECLINE + DRIFT * rng.normal(size=len(self._active))
        self._growth = fashion.astype(np.float32)
        self._noise = np.clip(1.7 / np.sqrt(np.maximum(self._rate, 0.1)), 0.15, 0.9).astype(np.float32)
        self._rank = rng.random(self._models, dtype=np.float32)  # who is rolled back, frozen, recounted
        self._window = np.zeros(len(self._active), dtype=np.int64)
        for day in range(self._day - WINDOW + 1, self._day + 1):
            self._window += self._downloads(day)
        self._gained = np.zeros(len(self._active), dtype=np.int64)
        self._past = self._all_time_before(rate, rng)
        self._likes = self._likes_before(rate, rng)
        self._liked = np.zeros(self._models, dtype=np.int64)

    def shown(self, night: date) -> Shown:
        """Return what a night shows of every row, also of those that are not there yet or any more."""
        upto = counter_days(self.nights, night)
        newer = np.arange(self._models) >= NEWER * self._models
        rolled_back = self._rank < ROLLED_BACK
        window, all_time = self._sums(upto.usual)
        for day, which in ((upto.newer, newer), (upto.rolled_back, rolled_back)):
            if day != upto.usual:
                other_window, other_all_time = self._sums(day)
                window, all_time = np.where(which, other_window, window), np.where(which, other_all_time, all_time)
        self._move(upto.usual)
        likes = np.maximum(self._likes + self._liked, 0)
        return Shown(window, self._flawed(all_time, night), likes, self._trending(night))

    def _sums(self, day: date) -> tuple[Ints, Ints]:
        self._move(day)
        window, all_time = np.zeros(self._models, dtype=np.int64), self._past.copy()
        window[self._active] = self._window
        all_time[self._active] += self._gained
        return window, all_time

    def _move(self, day: date) -> None:
        """Count forwards or backwards to the end of a day."""
        while self._day < days(day):
            self._day += 1
            self._step(self._day, 1)
        while self._day > days(day):
            self._step(self._day, -1)
            self._day -= 1

    def _step(self, day: int, sign: int) -> None:
        gained = self._downloads(day)
        self._gained += sign * gained
        self._window += sign * (gained - self._downloads(day - WINDOW))
        self._liked += sign * self._likes_of(day)

    def _downloads(self, day: int) -> Ints:
        """Return what the active models got on a day."""
        rng = generator(self._seed, self._models, f"day {day}")
        count = len(self._active)
        level = rng.random(count, dtype=np.float32)
        expected = (1 + self._noise * (2 * level - 1)) * self._rate * np.float32(WEEK[(day + 3) % 7])
        expected *= np.clip(1 + self._growth * np.float32((day - self._start) / WINDOW), *LEVELS)
        young = np.flatnonzero((self._born_active > day - RUSH_ENDS) & (self._born_active <= day))
        expected[young] *= 1 + RUSH * np.exp((self._born_active[young] - day) / RUSH_DAYS)
        counted: Ints = np.floor(expected + rng.random(count, dtype=np.float32)).astype(np.int64)
        bursts = rng.integers(0, max(count, 1), count // BURSTS)
        counted[bursts] = counted[bursts] * 20 + 40
        counted[self._born_active > day] = 0
        return counted

    def _likes_of(self, day: int) -> Ints:
        """Return likes won less likes withdrawn on a day."""
        rng = generator(self._seed, self._models, f"likes {day}")
        won = rng.random(self._models, dtype=np.float32) + LIKED_PER_DAY + self._likes / 1_000
        lost = (rng.random(self._models, dtype=np.float32) < UNLIKED_PER_DAY * (1 + self._likes / 50)) & (
            self._likes > 0
        )
        change = np.floor(won).astype(np.int64) - lost
        change[self._born > day] = 0
        return change

    def _all_time_before(self, rate: Rates, rng: np.random.Generator) -> Ints:
        """Return the all-time counts on the day before the first night: at least the window."""
        age = np.maximum(self._day - WINDOW - self._born, 0)
        life = np.exp(rng.normal(0.0, 0.7, self._models).astype(np.float32))
        trickle = 30 * rng.random(self._models, dtype=np.float32) ** 4 * np.minimum(age / 200, 1)
        past: Ints = np.floor(rate * age * life + trickle).astype(np.int64)
        past[self._active] += self._window
        past[self._active] = np.maximum(past[self._active], self._counted_since_birth())
        return past

    def _counted_since_birth(self) -> Ints:
        """Return about what the active models have counted in all their days, so that no past is short of it."""
        age = np.maximum(self._day - self._born_active, 0).astype(np.float64)
        growth = np.where(self._growth == 0, 1e-9, self._growth).astype(np.float64)
        level = np.where(growth > 0, *LEVELS)  # what growth has come to at most, looking back
        bent = np.minimum(age, WINDOW * np.abs((1 - level) / growth))
        usual = bent - growth * bent**2 / (2 * WINDOW) + level * (age - bent) + RUSH * (RUSH_DAYS + 1)
        counted: Ints = np.floor(SPARE * usual * self._rate).astype(np.int64)
        return counted

    def _likes_before(self, rate: Rates, rng: np.random.Generator) -> Ints:
        """Return likes on the day before the first night: they grow with the root of the downloads, most have none."""
        luck = np.exp(rng.normal(0.0, 1.2, self._models).astype(np.float32))
        likes = np.floor(2.0 * np.sqrt(rate) * luck + 1.15 * rng.random(self._models, dtype=np.float32))
        return np.asarray(np.where(self._born <= self._day, likes, 0), dtype=np.int64)

    def _flawed(self, all_time: Ints, night: date) -> Ints:
        """Return all-time counts with the frozen ones frozen and the recounted ones lowered from their night on."""
        frozen = self._rank > 1 - FROZEN
        recounted = np.abs(self._rank - 0.5) < RECOUNTED / 2
        since = ((self._rank - 0.5 + RECOUNTED / 2) * (len(self.nights) / RECOUNTED)).astype(np.int64)
        due = recounted & (since < _place(self.nights, night))
        lowered = all_time - np.floor(self._past * RECOUNT_LOSS).astype(np.int64)
        return np.where(
            frozen & (self._born <= self._start), self._past, np.where(due, np.maximum(lowered, 0), all_time)
        )

    def _trending(self, night: date) -> Ints:
        """Return trending scores: above zero only for what is young and much used."""
        score = np.zeros(self._models, dtype=np.int64)
        age = np.maximum(days(night) - self._born_active, 0)
        score[self._active] = np.floor(np.sqrt(WINDOW * self._rate) * np.exp(-age / 30.0)).astype(np.int64)
        return score


def _place(nights: Sequence[date], night: date) -> int:
    return nights.index(night) if night in nights else -1


def _rates(interest: Rates, rng: np.random.Generator) -> Rates:
    """Return downloads a day by rank of interest, 0 for those below SHARE_WITH_DOWNLOADS."""
    models = len(interest)
    place = np.empty(models, dtype=np.float64)
    place[np.argsort(-interest, kind="stable")] = (np.arange(models) + 0.5) / models
    monthly = np.exp(np.interp(np.log(place), np.log(TAIL_SHARES), np.log(TAIL_DOWNLOADS)))
    monthly[place > SHARE_WITH_DOWNLOADS] = 0.0
    return np.asarray(monthly / WINDOW * (0.8 + 0.4 * rng.random(models)), dtype=np.float32)
