"""721 real nights of 30-day counters: what stood still and what burst in them is found."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import pytest

from tests.real.recorded import FOLDER
from tracker.flow.bursts import Burst, Step, bursts
from tracker.flow.incidents import incidents
from tracker.flow.shapes import ClassNight, Incident

Nights = dict[date, dict[str, int]]


@pytest.fixture(scope="module")
def counted() -> Nights:
    """Day -> model -> downloads in 30 days."""
    frame = pl.read_parquet(FOLDER / "dome" / "dome_daily.parquet").select("day", "id", pl.col("downloads").cast(int))
    found: Nights = {}
    for day, model, downloads in frame.sort("day").iter_rows():
        found.setdefault(date.fromisoformat(day), {})[model] = downloads
    return found


@pytest.fixture(scope="module")
def found(counted: Nights) -> list[Incident]:
    """The incidents of the nights, without any all-time counter."""
    told = []
    for (before, was), (now, value) in pairwise(counted.items()):
        movers = [model for model in was.keys() & value.keys() if was[model] >= 300]
        unmoved = sum(was[model] == value[model] for model in movers)
        told.append(ClassNight(now, "unknown", (now - before).days, len(value), len(movers), unmoved, 0, 0, 0))
    return incidents(told)


def test_the_nine_nights_are_missing(counted: Nights) -> None:
    first, last = min(counted), max(counted)
    assert (last - first).days + 1 - len(counted) == 9


def test_frozen_nights_are_found(found: list[Incident]) -> None:
    """By the date of the night: June and August 2025 whole, and Wednesdays on which the newer models stood still."""
    frozen = {label + timedelta(days=1) for each in found if each.kind == "stall" for label in each.labels}
    june = {date(2025, 6, day) for day in (25, 26, 27, 29, 30)}
    assert june | {date(2025, 8, 16), date(2025, 8, 17)} <= frozen
    wednesdays = {
        (2025, 7, 16),
        (2025, 8, 13),
        (2025, 9, 10),
        (2025, 10, 8),
        (2025, 11, 26),
        (2025, 12, 17),
        (2026, 2, 11),
    }
    assert {date(*day) for day in wednesdays} <= frozen
    assert len(frozen) < 50 and {each.kind for each in found} == {"stall"}


def test_one_spike_is_exactly_a_window(counted: Nights) -> None:
    steps, keys = [], {model: key for key, model in enumerate(sorted({m for night in counted.values() for m in night}))}
    for (before, was), (now, value) in pairwise(counted.items()):
        if (now - before).days == 1:
            both = was.keys() & value.keys()
            steps += [Step(keys[model], now, was[model], value[model] - was[model]) for model in both]
    largest = max(bursts(steps), key=lambda burst: burst.downloads)
    spike = keys["Xenova/paraphrase-multilingual-MiniLM-L12-v2"]
    assert largest == Burst(spike, date(2026, 2, 18), 6_108_319)
    assert len(bursts(steps)) < 80
