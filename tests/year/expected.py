"""Flags of days: what must be said of a year, what was said, and where the two differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tests.year.calendar import Year
from tests.year.world import FIRST

MOVES = 300  # downloads in 30 days of a model whose standing still is seen
FEW = 0.02  # of all such models, and five: a class of fewer, as one that has just begun, is told after the others
OF_CLASSES = ("stall", "catch-up", "fall", "recovery", "partial")
ALL = "all"


@dataclass(frozen=True, order=True)
class Flag:
    """A day of a class, or of all, that is not plainly measured."""

    day: date
    kind: str
    cohort: str


def expected(made: Year) -> set[Flag]:
    """Return the flags of classes that what was planted must bring."""
    return {
        Flag(day, kind, cohort)
        for each in made.planted
        for kind, days in each.flags.items()
        if kind in OF_CLASSES
        for day in days
        for cohort in (each.cohorts or {ALL})
        if cohort == ALL or _is_judged(made, cohort, day)
    }


def compared(made: Year, found: Iterable[Flag]) -> tuple[list[Flag], list[Flag]]:
    """Return the flags that lack, and those too many; of classes too small to say anything neither."""
    said = {flag for flag in found if flag.cohort == ALL or _is_judged(made, flag.cohort, flag.day)}
    wanted = expected(made)
    return sorted(wanted - said), sorted(said - wanted)


def unfound(made: Year, found: Iterable[Flag]) -> list[tuple[date, str]]:
    """Return the days of what was planted that no class at all is flagged on, each with its kind."""
    wanted = {(flag.day, flag.kind) for flag in expected(made)}
    return sorted(wanted - {(flag.day, flag.kind) for flag in found})


def touched(made: Year) -> set[date]:
    """Return the days on which something befell the counters of many."""
    kinds = (each for each in made.planted if each.flags and not each.models)
    return {FIRST + timedelta(days=night - 1) for each in kinds for night in range(each.first, each.last + 1)}


def ordinary(made: Year) -> Iterator[date]:
    """Yield the days that nothing befell, and that a night was there for."""
    not_so = touched(made)
    days = (FIRST + timedelta(days=night - 1) for night in range(1, made.world.nights))
    return (day for day in days if day not in not_so)


def _is_judged(made: Year, cohort: str, day: date) -> bool:
    night = (day - FIRST).days + 1
    world = made.world
    moves = (world.month[night - 1] >= MOVES) & world.listed[night - 1]
    movers = int(np.count_nonzero(moves & (world.cohorts == cohort)))
    return movers >= max(5, FEW * np.count_nonzero(moves))
