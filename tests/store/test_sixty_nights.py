"""Sixty nights, each resolved and published as what it changed: every tenth is what a folder made from nothing says.

And every generation that is kept, opened again at the end, gives the rows that it gave on its day.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.store.nights import small_registry
from tests.store.published_copy import check_same, contents
from tests.store.test_past import Years, check_says, night, said
from tracker import landing, registry, store
from tracker.landing import LandedRun
from tracker.pipeline import trace
from tracker.registry import Registry
from tracker.settings import Settings
from tracker.signals.collecting import abouts
from tracker.store.base import generations
from tracker.store.publish import parts, retention

NIGHTS = 60
EACH = 10

# rows that follow the lineage that was known on their night, and the files of them: they are compared once all nights
# are stated with that of today
OF_THEIR_NIGHT = {
    *("open_rollup", "open_families", "open_flow_families", "open_flow_publishers", "rollup_files"),
    "restatements",
}


class Nights(Years):
    """Nights of a world, a part or late now and then; each is published on its own."""

    def __init__(self, settings: Settings, folder: Path, seed: int) -> None:
        super().__init__(settings, folder, seed)
        self.loaded: list[LandedRun] = []

    def pass_a_night(self, number: int) -> None:
        """Collect a night and publish; note what the generation says."""
        self._load(night(number + number // 7), scope="top:30" if number % 9 == 5 else "full")
        if number % 13 == 12:
            self._late(night(number))
        self.told[generations.numbers(self.settings.data_dir)[-1]] = said(self.settings)
        self._world.pass_a_night()

    def _load(self, day: date, scope: str = "full") -> None:
        super()._load(day, scope)
        there = {run.manifest.run_id for run in self.loaded}
        self.loaded += [run for run in landing.runs(self.settings.data_dir) if run.manifest.run_id not in there]


def from_nothing(place: Path, loaded: list[LandedRun], known: Registry) -> Settings:
    """Return a folder that the same runs were loaded into, resolved and published once."""
    settings = Settings(data_dir=place, memory_limit="1GB")
    with store.open_work(settings) as work:
        for run in loaded:
            work.load(run)
        trace(work, known)
        work.tell_sources(abouts())
        work.publish()
    return settings


def stated_anew(settings: Settings, place: Path, known: Registry) -> Settings:
    """Return a copy of the folder whose nights are all stated with today's lineage."""
    shutil.copytree(settings.data_dir, place, symlinks=True)
    copied = dataclasses.replace(settings, data_dir=place)
    with store.open_work(copied) as work:
        trace(work, known, restate=True)
        work.publish()
    return copied


def check_is_as_from_nothing(settings: Settings, loaded: list[LandedRun], known: Registry, place: Path) -> None:
    expected = contents(from_nothing(place / "nothing", loaded, known).data_dir)
    found = contents(settings.data_dir)
    check_same(
        {name: rows for name, rows in found.items() if name not in OF_THEIR_NIGHT},
        {name: rows for name, rows in expected.items() if name not in OF_THEIR_NIGHT},
    )
    check_same(contents(stated_anew(settings, place / "anew", known).data_dir), expected)
    for made in ("nothing", "anew"):
        shutil.rmtree(place / made)


@pytest.mark.soak
def test_sixty_nights_are_what_they_are_made_from_nothing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_TAKES_UP", 4)
    folder = small_registry(tmp_path / "registry").directory
    impatient = dataclasses.replace(settings, grace_seconds=0.001)
    nights = Nights(impatient, folder, int(os.environ.get("SEED", "1")))
    for number in range(NIGHTS):
        nights.pass_a_night(number)
        if number % EACH == EACH - 1:
            check_is_as_from_nothing(impatient, nights.loaded, registry.load(folder), tmp_path)
    gone = [number for number in nights.told if not retention.database(settings.data_dir, number).exists()]
    assert len(gone) >= NIGHTS - retention.KEPT_GENERATIONS
    for number, expected in nights.told.items():
        check_says(settings, number, expected)
    assert store.verify_record(settings.data_dir) == []
