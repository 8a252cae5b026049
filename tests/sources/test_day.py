"""A walk is booked on the Hub's own day, whatever this machine believes and whatever somebody meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.demo.made_models import NIGHT, made_models
from tests.sources.walks import FastClock, settings_for
from tracker.demo import HubProcess
from tracker.errors import DayRefused, SourceRefused
from tracker.landing import LandedRun, read_journal, runs
from tracker.scope import FULL
from tracker.sources.hub_models import day
from tracker.sources.hub_models.walk import collect

NEXT = NIGHT + timedelta(days=1)
OURS = datetime(2036, 2, 7, 3, 0, tzinfo=UTC)  # what this machine believes
TO_MIDNIGHT = timedelta(hours=13, minutes=42, seconds=50)  # from 10:17 to ten seconds before

Walk = Callable[..., LandedRun]


@pytest.fixture
def served(hub, tmp_path: Path) -> Iterator[tuple[HubProcess, Walk]]:
    """A Hub of 60 models whose clock stands at NIGHT, and a way to walk it in six pages with a clock that is wrong."""
    server = hub({NIGHT: made_models(60), NEXT: made_models(60)}, tier_quota=0)
    server.set_night(NIGHT)

    def walk(meant: date | None = None, **options: Any) -> LandedRun:
        settings = settings_for(tmp_path, server.endpoint)
        clock = FastClock(began=OURS)
        return collect(settings, scope=FULL, snapshot_date=meant, page_size=10, clock=clock, **options)

    return server, walk


@pytest.mark.parametrize("meant", [None, NIGHT])
def test_the_day_is_the_hub_s(served: tuple[HubProcess, Walk], tmp_path: Path, meant: date | None) -> None:
    run = served[1](meant)
    assert run.manifest.snapshot_date == run.manifest.hub_day == NIGHT and run.manifest.started_at >= OURS
    assert run.folder.parent.name == str(NIGHT)
    assert [path.name for path in run.folder.parent.parent.iterdir()] == [str(NIGHT)], "the guess leaves no folder"


@pytest.mark.parametrize("meant", [NEXT, NIGHT - timedelta(days=1), NIGHT - timedelta(days=52), OURS.date()])
def test_another_day_is_refused(served: tuple[HubProcess, Walk], tmp_path: Path, meant: date) -> None:
    server, walk = served
    with pytest.raises(DayRefused, match=f"says {meant}, the Hub says that it is {NIGHT}") as caught:
        walk(meant)
    assert caught.value.exit_code == 3 and len(server.requests()) == 1
    (refused,) = [run.manifest for run in runs(tmp_path)]
    assert (refused.status, refused.pages, refused.snapshot_date) == ("refused", 0, NIGHT)
    assert walk().manifest.snapshot_date == NIGHT
    left = next(run.manifest for run in runs(tmp_path) if run.manifest.run_id == refused.run_id)
    assert left.reason == refused.reason, "it had nothing to go on with, and keeps its reason"


@pytest.mark.parametrize(("meant", "is_taken"), [(NIGHT - timedelta(days=30), True), (NEXT, False)])
def test_a_server_here_without_a_clock_of_its_own_may_serve_a_day_that_is_over(
    served: tuple[HubProcess, Walk], tmp_path: Path, meant: date, is_taken: bool
) -> None:
    settings = settings_for(tmp_path, served[0].endpoint)
    clock = FastClock(began=day.ask(settings))
    with nullcontext() if is_taken else pytest.raises(DayRefused):
        landed = collect(settings, scope=FULL, snapshot_date=meant, clock=clock).manifest
        assert (landed.snapshot_date, landed.hub_day) == (meant, NIGHT)


def test_force_books_it_and_the_manifest_says_so(served: tuple[HubProcess, Walk]) -> None:
    forced = served[1](date(2026, 10, 1), force=True).manifest
    assert (forced.status, forced.snapshot_date, forced.hub_day) == ("landed", date(2026, 10, 1), NIGHT)


def test_a_walk_that_passes_midnight_keeps_its_day(served: tuple[HubProcess, Walk]) -> None:
    server, walk = served
    server.advance(TO_MIDNIGHT.total_seconds())

    class Midnight:
        def page(self, models: int, pages: int, *_: object) -> None:
            if pages == 2:
                server.advance(60)

    run = walk(progress=Midnight())
    said = [read_journal(run.folder)[at].headers["date"] for at in (0, -1)]
    assert said[0].startswith("Sun, 22 Nov") and said[1].startswith("Mon, 23 Nov")
    assert run.manifest.snapshot_date == NIGHT


@pytest.mark.parametrize(
    ("hours", "meant", "booked"),
    [(0.3, None, NIGHT), (5.9, None, NIGHT), (6.1, None, NEXT), (5, NIGHT, NIGHT), (5, NEXT, NEXT), (7, NEXT, NEXT)],
)
def test_a_walk_that_is_gone_on_with(
    served: tuple[HubProcess, Walk], tmp_path: Path, hours: float, meant: date | None, booked: date
) -> None:
    """Soon after midnight it keeps its day; later, or where the new day is meant, a new one begins."""
    server, walk = served
    server.advance(TO_MIDNIGHT.total_seconds())
    server.set_faults(["F4:page=4-"])
    with pytest.raises(SourceRefused):
        walk()
    server.set_faults([])
    server.advance(hours * 3600)
    run = walk(meant)
    assert (run.manifest.snapshot_date, run.manifest.models) == (booked, 60)
    others = [each.manifest for each in runs(tmp_path) if each.manifest.run_id != run.manifest.run_id]
    assert len(others) == (booked == NEXT)
    assert all(each.status == "failed" and "set aside" in (each.reason or "") for each in others)


def test_a_day_that_is_over_is_not_taken_for_meant(served: tuple[HubProcess, Walk], tmp_path: Path) -> None:
    server, walk = served
    server.set_faults(["F4:page=4-"])
    with pytest.raises(SourceRefused):
        walk(NIGHT)
    server.set_faults([])
    server.advance(19 * 3600)
    with pytest.raises(DayRefused, match=f"says {NIGHT}, the Hub says that it is {NEXT}"):
        walk(NIGHT)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("Sun, 22 Nov 2026 23:59:59 GMT", datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC)),
        ("Sun, 22 Nov 2026 23:30:00 -0100", datetime(2026, 11, 23, 0, 30, tzinfo=UTC)),
        ("Sun, 22 Nov 2026 23:59:59 -0000", datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC)),
        ("yesterday", OURS),
        ("Sun, 31 Feb 2026 10:00:00 GMT", OURS),
        ("Fri, 31 Dec 9999 23:00:00 -1400", OURS),
        ("Thu, 01 Jan 1970 00:00:07 GMT", OURS),
        (None, OURS),
    ],
)
def test_what_the_hub_says_is_its_date_header(said: str | None, heard: datetime) -> None:
    assert day.said_at({} if said is None else {"date": said}, OURS) == heard
