"""One-day bursts without an all-time counter: a step up of a 30-day counter that reverses one window later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.flow.thresholds import BURST, BURST_DOWNLOADS, BURST_LAGS, BURST_TOLERANCE, WINDOW_DAYS


@dataclass(frozen=True)
class Step:
    """The change of a model's 30-day counter from one day to the next, and its value before."""

    model_key: int
    snapshot_date: date
    before: int  # downloads in 30 days
    change: int


@dataclass(frozen=True)
class Burst:
    """A day on which a model had far more downloads than usual."""

    model_key: int
    label: date
    downloads: int  # beyond what was usual


def bursts(steps: Iterable[Step]) -> list[Burst]:
    """Return the bursts that have left the window, by model and day; each step down explains one step up."""
    by_model: dict[int, dict[date, Step]] = {}
    for step in steps:
        by_model.setdefault(step.model_key, {})[step.snapshot_date] = step
    return [burst for key in sorted(by_model) for burst in _of_model(by_model[key])]


def _of_model(steps: Mapping[date, Step]) -> Iterator[Burst]:
    used: set[date] = set()
    # largest first, so that the steps without a match are the smallest
    rises = sorted(filter(_is_burst, steps.values()), key=lambda each: (-each.change, each.snapshot_date))
    found = []
    for rise in rises:
        days = (rise.snapshot_date + timedelta(days=lag) for lag in BURST_LAGS)
        gone = next((day for day in days if day not in used and _undoes(steps.get(day), rise)), None)
        if gone:
            used.add(gone)
            found.append(Burst(rise.model_key, rise.snapshot_date - timedelta(days=1), rise.change))
    yield from sorted(found, key=lambda each: each.label)


def _is_burst(step: Step) -> bool:
    return step.change >= BURST_DOWNLOADS and step.change >= BURST * step.before / WINDOW_DAYS


def _undoes(step: Step | None, rise: Step) -> bool:
    return step is not None and abs(step.change + rise.change) <= BURST_TOLERANCE * rise.change
