"""A night waits for the hour after the Hub's refresh, by the Hub's clock, and is tried until its day ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.command_line import called
from tests.demo.made_models import NIGHT, made_models
from tests.sources.walks import FastClock
from tracker import health, lock, pipeline
from tracker.demo import HubProcess
from tracker.landing import runs
from tracker.scope import FULL
from tracker.settings import Settings
from tracker.words import DUE_HOUR, NOT_DUE

HOUR = 3600.0
NEXT = NIGHT + timedelta(days=1)


class Night:
    """A Hub of 60 models on two days in pages of 20, its clock, and the command that cron starts."""

    def __init__(self, hub: HubProcess, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.hub, self.folder, self.patch = hub, folder, patch
        patch.setenv("HF_ENDPOINT", hub.endpoint)
        hub.set_night(NIGHT)

    def at(self, hour: float, day: date = NIGHT) -> None:
        """Set the Hub's clock: to its minute, for seconds pass meanwhile."""
        self.hub.set_night(day)
        begin = datetime(day.year, day.month, day.day, tzinfo=self.hub.now().tzinfo)
        self.hub.advance((begin - self.hub.now()).total_seconds() + hour * HOUR + 1)

    def start(self, *more: str, code: int = 0) -> str:
        done = called("update", "--if-due", "--data-dir", str(self.folder), *more)
        assert done.returncode == code, done.stderr
        assert done.stdout == ""
        return done.stderr

    def walked(self) -> list[str]:
        """The requests of walks, not those that ask for the day."""
        return [entry.target for entry in self.hub.requests() if "baseModels" in entry.target]


@pytest.fixture
def night(hub: Callable[..., HubProcess], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Night:
    models = made_models(60)
    return Night(hub({NIGHT: models, NEXT: models}, tier_quota=0, page_limit=20), tmp_path / "data", monkeypatch)


@pytest.mark.parametrize("hour", [0, 7, 9.98])
def test_it_does_nothing_before_the_hour(night: Night, hour: float) -> None:
    night.at(hour)
    said = night.start()
    assert said.startswith(NOT_DUE) and said.count("\n") == 1 and not night.walked()
    assert night.start("-q") == "" and not runs(night.folder)
    assert called("collect", "--if-due", "--data-dir", str(night.folder)).stderr == said


@pytest.mark.parametrize("hour", [10, 23.9])
def test_from_then_on_it_collects_once(night: Night, hour: float) -> None:
    night.at(hour)
    assert f"hub_models {NIGHT}: landed 60" in night.start()
    night.hub.clear_log()
    assert "is collected; nothing to do" in night.start() and not night.walked()
    assert len(night.hub.requests()) == 1


def test_a_day_that_is_meant_is_never_early(night: Night) -> None:
    night.at(3)
    assert f"hub_models {NIGHT}: landed 60" in night.start("--date", str(NIGHT))
    assert "nothing to do" in night.start("--date", str(NIGHT))
    assert f"the Hub says that it is {NIGHT}" in night.start("--date", str(NEXT), code=3)


def test_a_manual_run_before_the_refresh_is_not_the_night(night: Night) -> None:
    """It has the counters of the day before: after the hour the night is collected again, and then it is there."""
    night.at(8)
    assert called("update", "--data-dir", str(night.folder)).returncode == 0
    assert night.start().startswith(NOT_DUE)
    night.at(10.4)
    assert f"hub_models {NIGHT}: landed 60" in night.start()
    assert "nothing to do" in night.start()


@pytest.mark.parametrize("hour", [0.4, 5.5])
def test_a_night_that_was_cut_off_at_midnight_is_gone_on_with(night: Night, hour: float) -> None:
    night.at(23.9)
    night.hub.set_faults(["F4:page=3"])
    night.start(code=1)
    night.hub.set_faults([])
    night.hub.clear_log()
    night.at(hour, NEXT)
    said = night.start()
    assert f"hub_models {NIGHT}: landed 60" in said and len(night.walked()) == 1, "its last page alone"
    assert night.start().startswith(NOT_DUE)


def test_a_night_that_was_landed_and_not_loaded_is_loaded_after_midnight(night: Night) -> None:
    night.at(23.9)
    assert called("collect", "--data-dir", str(night.folder)).returncode == 0
    night.hub.clear_log()
    night.at(0.4, NEXT)
    assert "published" in night.start() and not night.walked()


@pytest.mark.parametrize("hour", [6.5, 9.5])
def test_what_was_cut_off_long_ago_stays_a_gap_and_begins_no_new_walk(night: Night, hour: float) -> None:
    night.at(23.9)
    night.hub.set_faults(["F4:page=3"])
    night.start(code=1)
    night.hub.set_faults([])
    night.at(hour, NEXT)
    assert night.start().startswith(NOT_DUE)
    assert [run.manifest.status for run in runs(night.folder)] == ["failed"]


@pytest.mark.parametrize("fault", ["F6:page=2", "F13:page=2,kind=no-id,items=20"])
def test_every_later_start_of_the_day_tries_again_until_one_succeeds(night: Night, fault: str) -> None:
    """Whether the Hub failed, was refused, or a gate refused what it gave."""
    night.patch.setattr("tracker.sources.clock.SystemClock.sleep", lambda *_: None)
    night.at(10.4)
    night.hub.set_faults([fault])
    for hour in (10.4, 22.4):
        night.at(hour)
        night.hub.clear_log()
        done = called("update", "--if-due", "--data-dir", str(night.folder))
        assert done.returncode in (1, 3), done.stderr
        assert night.walked(), "it was really tried"
    night.hub.set_faults([])
    night.at(23.4)
    assert f"hub_models {NIGHT}: landed 60" in night.start()
    assert "nothing to do" in night.start()


def test_a_day_that_is_refused_all_day_fills_no_disk(night: Night) -> None:
    """Each try is as large as a night: the newest stays for a look, of the others what they came to."""
    night.hub.set_faults(["F13:page=2,kind=no-id,items=20"])
    for _ in range(3):
        night.start(code=3)
    *earlier, newest = runs(night.folder)
    assert len(earlier) == 2 and newest.is_whole and not any(run.parts for run in earlier)
    assert not any((run.folder / "pages").exists() for run in earlier)
    assert health.runs(Settings(data_dir=night.folder))["status"].to_list() == ["refused"] * 3
    gone = called("load", "--run", earlier[0].manifest.run_id, "--data-dir", str(night.folder))
    assert gone.returncode == 1 and "collect again" in gone.stderr
    assert called("load", "--force", "--data-dir", str(night.folder)).returncode == 0
    assert "nothing to do" in night.start()


def test_two_at_once_never_run(night: Night) -> None:
    night.at(23.9)
    night.hub.set_faults(["F4:page=3"])
    night.start(code=1)
    night.hub.set_faults([])
    with lock.hold(night.folder):
        assert "another run holds the lock" in night.start(code=75)
        night.at(0.4, NEXT)
        assert night.start().startswith(NOT_DUE), "who holds it is at yesterday's night"


@pytest.mark.parametrize(("hour", "is_early"), [(0, True), (DUE_HOUR - 0.1, True), (DUE_HOUR, False), (23, False)])
def test_where_the_hub_cannot_be_asked_our_own_clock_counts(tmp_path: Path, hour: float, is_early: bool) -> None:
    clock = FastClock(began=datetime.fromisoformat("2026-11-22T00:00:00+00:00") + timedelta(hours=hour))
    nowhere = Settings(data_dir=tmp_path / "data", endpoint="http://127.0.0.1:9")
    found = pipeline.due(nowhere, scope=FULL, clock=clock)
    assert (found.why_not or "").startswith(NOT_DUE) == is_early and found.snapshot_date is None


@pytest.mark.parametrize("offset", [14, -11, 5.75])
def test_the_clock_and_the_zone_of_the_host_do_not_matter(night: Night, offset: float) -> None:
    """Nor does a clock that jumps: our own is asked nothing as long as the Hub answers."""
    settings = Settings(data_dir=night.folder, endpoint=night.hub.endpoint)
    for hour in (2, 12):
        night.at(hour)
        local = night.hub.now() + timedelta(hours=offset)
        clock = FastClock(began=local)
        assert (pipeline.due(settings, scope=FULL, clock=clock).why_not is None) == (hour == 12)
