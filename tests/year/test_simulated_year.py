"""A year of nights with everything that is known to befall counters, walks and machines, and what is published of it.

`make slow` lives through a season of 90 nights, `make soak SEED=n COUNT=20` through 20 whole years, of the numbers from
n on. One of them alone: `SEED=n .venv/bin/python -m pytest -m soak tests/year`.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.store.nights import small_registry
from tests.year.calendar import year
from tests.year.counted import told
from tests.year.driver import BUSY, REFUSED, Driver, Told
from tests.year.expected import compared, expected, ordinary, unfound
from tests.year.judge import Figures, Judge
from tests.year.served import served
from tracker import store

SEED, COUNT = int(os.environ.get("SEED", "1")), int(os.environ.get("COUNT", "1"))
SEASON, YEAR = 90, 365
MOST_OFF = 0.001
MOST_FALSE = 1 / 300  # days that nothing befell
MOST_MISTAKEN = 0.01  # flags of classes: one that is much noisier than the others may be wrong by a day


def lived(folder: Path, seed: int, nights: int, **about: int) -> tuple[Told, Figures]:
    """Return what the nights of a year told, and how the year is told in the end."""
    made = year(seed, nights)
    small_registry(folder / "registry")
    with served(seed, nights) as hub, Driver(made, hub, folder / "data", folder / "registry") as driver:
        driven = driver.live(**about)
    figures = Judge(made, folder / "data").figures()
    print(f"year {seed} of {nights} nights: {driven}\n{figures}")  # what a failure shows, and -s
    assert store.verify_record(folder / "data") == []
    newest = made.world.day(nights - 1)
    assert "\nnights owed\tnone\n" in driven.last and f" for {newest} published, " in driven.last, driven.last
    return driven, figures


def check(figures: Figures) -> None:
    assert figures.phantom == 0
    assert figures.unfound == [] and figures.missed == []
    assert len(figures.lacking) + len(figures.astray) <= MOST_MISTAKEN * figures.wanted
    assert len(figures.false) <= max(1, MOST_FALSE * figures.ordinary)
    assert all(abs(off) <= MOST_OFF for off in figures.off.values()), figures.off
    assert figures.still_open == 0


@pytest.mark.parametrize("seed", [1, *(pytest.param(SEED + turn, marks=pytest.mark.soak) for turn in range(COUNT * 5))])
def test_classes_of_a_year_are_judged_rightly(seed: int) -> None:
    """Sums of classes alone, which takes seconds: everything planted is found, ordinary days are left alone."""
    made = year(seed, YEAR)
    flags, still_open = told(made)
    lacking, extra = compared(made, flags)
    plain = set(ordinary(made))
    astray = [flag for flag in extra if flag.day not in plain]
    assert unfound(made, flags) == [] and still_open == []
    assert len(lacking) + len(astray) <= MOST_MISTAKEN * len(expected(made)), (lacking, astray)
    assert len({(flag.day, flag.kind) for flag in extra if flag.day in plain}) <= max(1, MOST_FALSE * len(plain))


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(1, marks=pytest.mark.slow),
        *(pytest.param(SEED + 1 + turn, marks=pytest.mark.soak) for turn in range(COUNT * 2)),
    ],
)
def test_a_season(tmp_path: Path, seed: int) -> None:
    """Nobody looks after it: every night that the Hub gives is there, whatever was killed."""
    driven, figures = lived(tmp_path, seed, SEASON, kills=8, pairs=2, jumps=4, shown_every=3)
    assert driven.kills == 8 and driven.pairs == 2
    assert set(driven.codes) <= {0, 1, REFUSED, BUSY}
    check(figures)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(SEED, SEED + COUNT))
def test_a_year(tmp_path: Path, seed: int) -> None:
    driven, figures = lived(tmp_path, seed, YEAR, kills=30, pairs=6, jumps=12, shown_every=3)
    assert driven.kills == 30 and driven.pairs == 6
    assert set(driven.codes) <= {0, 1, REFUSED, BUSY}
    check(figures)
