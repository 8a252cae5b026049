"""Which source covers which nights of a series: where one passes to another, and which nights a source has missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

NIGHTLY = "hub_models"  # our own nights: each day that lacks one is missed; an archive has a step of its own

Night = tuple[date, str]  # its day and its source


class Pass(NamedTuple):
    """The first night of another source in a series."""

    day: date
    before: str
    after: str


class Hole(NamedTuple):
    """Two nights between which days are missed: more than the usual step of their source."""

    before: date
    after: date
    missing: int


def passes(nights: Sequence[Night]) -> list[Pass]:
    """Return where the source changes along nights, oldest first."""
    return [Pass(day, before, after) for (_, before), (day, after) in pairwise(nights) if before != after]


def holes(nights: Sequence[Night]) -> list[Hole]:
    """Return where nights are missed, oldest first: a step half as long again as the usual one of its source."""
    usual = {source: _usual(nights, source) for source in {source for _, source in nights}}
    found = []
    for (before, source), (after, of) in pairwise(nights):
        step, most = (after - before).days, max(usual[source], usual[of])
        if 2 * step > 3 * most:
            found.append(Hole(before, after, step - most))
    return found


def _usual(nights: Sequence[Night], source: str) -> int:
    """Return the step that most nights of a source are apart, in days: the lower median."""
    if source == NIGHTLY:
        return 1
    days = [day for day, of in nights if of == source]
    steps = sorted((after - before).days for before, after in pairwise(days))
    return steps[(len(steps) - 1) // 2] if steps else 1
