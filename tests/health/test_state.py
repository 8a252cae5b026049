"""Nothing is green after a refusal: what `status`, `doctor` and `--check` say of nights refused, failed and cut off."""

from __future__ import annotations

import json
import shutil
import signal
from datetime import UTC, datetime, timedelta

import pytest

from tests.health.kept_folder import Kept
from tests.told import Told
from tracker import health, landing, lock
from tracker.errors import Stale
from tracker.landing import CUT_OFF
from tracker.signals.standing import State
from tracker.sources import found

SOON = timedelta(minutes=1)


def test_a_night_that_is_refused_is_told(kept: Kept) -> None:
    kept.run("update")
    assert kept.said()["last attempt"].endswith("published, 0 h ago")
    kept.hub.set_night(kept.today)
    kept.run("update", code=3)
    reason = "plausible_count: 1,000 models, the last night had 3,000"
    assert f"for {kept.today} refused, 0 h ago: {reason}" in kept.said()["last attempt"]
    assert kept.said()["nights owed"].startswith(f"1 of scope full: {kept.today};")
    assert kept.runs()["status"].to_list() == ["refused", "published"]
    assert kept.runs()["reason"][0].startswith(reason) and kept.runs()["reason"][1] is None
    assert json.loads(kept.run("status", "--runs", "--json").stdout)["rows"][0]["status"] == "refused"
    verdict, finding = kept.doctor()["last attempt"]
    assert verdict == "wrong" and reason in finding
    assert kept.said()["source hub_models"].startswith("refused; last success 0 h ago; ")
    kept.run("doctor", code=1)
    stale = kept.run("status", "--check", "--max-age", "0", code=4)
    assert "refused" in stale.stderr and str(kept.yesterday) in stale.stderr
    kept.run("publish")
    assert kept.runs()["status"].to_list() == ["refused", "published"], "the copy tells the same"
    kept.run("load", "--date", str(kept.today), "--force")
    assert kept.runs()["status"].to_list() == ["published", "published"]
    assert kept.said()["nights owed"] == "none" and kept.doctor()["last attempt"][0] == "fine"


@pytest.mark.parametrize(("fault", "code", "status"), [("F4:page=1", 1, "failed"), (None, 1, "failed")])
def test_a_walk_that_fails_is_told_before_anything_is_published(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, fault: str | None, code: int, status: str
) -> None:
    with monkeypatch.context() as patch:
        kept.hub.set_faults([fault] if fault else [])
        if fault is None:
            patch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")  # nobody listens there
        kept.run("update", code=code)
    said = kept.said()
    assert "tracker update" in said["published"] and f" {status}, 0 h ago: " in said["last attempt"]
    assert kept.runs()["status"].to_list() == [status] and kept.doctor()["last attempt"][0] == "wrong"
    kept.hub.set_faults([])
    kept.run("update")
    assert kept.runs()["status"].to_list() == ["published", status]
    assert kept.runs()["reason"][1], "why it failed is not forgotten"


@pytest.mark.parametrize("stage", ["walk", "parse", "load"])
def test_what_is_not_alive_is_interrupted(kept: Kept, stage: str) -> None:
    """A walk that is killed says it is running for ever; a night that is killed later was landed and not loaded."""
    times = 5 if stage == "walk" else 1
    told = Told(kept.data_dir, kept.hub.endpoint, 100, "update", held=f"{stage}={times}")
    told.follow(stage, times)
    alive = kept.runs()["status"].to_list()
    assert told.stop(signal.SIGKILL) == -signal.SIGKILL
    dead = kept.runs().row(0, named=True)
    assert "Traceback" not in kept.run("status", "--runs").stderr
    if stage in ("walk", "parse"):
        assert (alive, dead["status"], dead["reason"]) == (["running"], "interrupted", CUT_OFF)
        assert CUT_OFF in kept.said()["last attempt"] and kept.doctor()["last attempt"][0] == "wrong"
    else:
        assert (alive, dead["status"]) == (["landed"], "landed")
        assert f"not loaded: `tracker load --date {kept.yesterday}`" in kept.said()["last attempt"]
    kept.run("update")
    assert set(kept.runs()["status"]) == {"published"} and kept.runs()["snapshot_date"].unique().to_list() == [
        kept.yesterday
    ]


def test_a_walk_that_was_cut_off_is_closed_by_the_next_writer(kept: Kept) -> None:
    kept.run("update")
    kept.hub.set_night(kept.today)
    told = Told(kept.data_dir, kept.hub.endpoint, 100, "update", held="walk=3")
    told.follow("walk", times=3)
    told.stop(signal.SIGKILL)
    kept.run("publish")
    run = landing.runs(kept.data_dir, snapshot_date=kept.today)[0].manifest
    assert (run.status, run.reason, run.finished_at is not None) == ("interrupted", CUT_OFF, True)
    published = kept.run("sql", "select status from runs order by started_at", "--format", "csv").stdout.split()
    assert published == ["status", "published", "interrupted"]


@pytest.mark.parametrize(("days", "max_age", "code"), [(0, "30", 0), (7, "30", 4), (7, "200", 0), (7, "100", 4)])
def test_a_night_is_as_old_as_its_day(kept: Kept, days: int, max_age: str, code: int) -> None:
    """However late it was collected: the Hub's clock stood a week back when this folder was filled, a moment ago."""
    kept.hub.set_night(kept.last_week if days else kept.yesterday)
    if not days:
        kept.hub.advance((datetime.now(UTC) - kept.hub.now()).total_seconds())
        kept.run("update", "--force")
    else:
        kept.run("update")
    checked = kept.run("status", "--check", "--max-age", max_age, code=code)
    assert (str(kept.last_week) in checked.stderr) == (code == 4)
    owed = kept.said()["nights owed"]
    assert owed == "none" if not days else owed.startswith(f"7 of scope full: {kept.yesterday - timedelta(days=5)}, ")
    assert kept.doctor()["nights"][0] == ("note" if days else "fine")


def test_another_scope_does_not_stand_for_the_whole(kept: Kept) -> None:
    kept.hub.set_night(kept.last_week)
    kept.run("update")
    kept.hub.set_night(kept.yesterday)
    kept.run("update", "--scope", "publisher:maker-3")
    said = kept.said()
    assert f"of scope full {kept.last_week}, " in said["newest night"]
    assert said["nights owed"].startswith("7 of scope full")
    kept.run("status", "--check", "--max-age", "100", code=4)
    with pytest.raises(Stale, match="scope full"):
        health.require_fresh(kept.settings, max_age_hours=100)


def test_nights_ahead_of_the_clock_hide_nothing(kept: Kept) -> None:
    kept.hub.set_night(kept.last_week)
    kept.run("update")
    kept.run("update", "--date", "2036-02-07", "--force")
    assert "2036-02-07 lie ahead of this machine's clock" in kept.said()["nights owed"]
    stale = kept.run("status", "--check", code=4)
    assert str(kept.last_week) in stale.stderr
    assert kept.doctor()["nights"][0] == "wrong"


def test_remarks_are_kept_with_the_night(kept: Kept) -> None:
    """Of gates that do not block, of those that were forced, and not those of a run that was replaced."""
    kept.run("update")
    kept.hub.set_night(kept.today)
    kept.run("update", "--date", str(kept.today + timedelta(days=1)), "--force")
    asked = ("sql", "select snapshot_date, gate, forced from night_remarks order by gate", "--format", "csv")
    rows = kept.run(*asked).stdout.splitlines()[1:]
    assert f"{kept.today + timedelta(days=1)},plausible_count,true" in rows
    assert f"{kept.today + timedelta(days=1)},is_the_hubs_day,false" in rows
    assert any(line.startswith("is_the_hubs_day: collected by --force") for line in _remarks(kept))
    kept.run("load", "--date", str(kept.today + timedelta(days=1)), "--force")
    assert kept.run(*asked).stdout.splitlines()[1:] == rows, "loaded again it is remarked once"


def _remarks(kept: Kept) -> list[str]:
    return [value for what, value in health.state(kept.settings).iter_rows() if what == "remark"]


def test_growth_is_told_from_the_second_night_on(kept: Kept) -> None:
    kept.hub.set_night(kept.last_week)
    kept.run("update")
    assert "growth" not in kept.said()
    kept.hub.set_night(kept.yesterday)
    kept.run("update")
    said = kept.said()["growth"]
    assert " MB a night over 6 nights; " in said and said.endswith("days until the disk is full")
    sizes = json.loads((kept.data_dir / "growth.json").read_text())
    assert [row["snapshot_date"] for row in sizes] == [str(kept.last_week), str(kept.yesterday)]
    (kept.data_dir / "growth.json").write_text("{")
    assert "growth" not in kept.said(), "a file that is damaged is no reason to fail"


def test_a_folder_that_may_only_be_read_is_told_of_too(kept: Kept) -> None:
    kept.run("update")
    held = (lock.is_held(kept.data_dir),)
    with lock.hold(kept.data_dir):
        assert (*held, lock.is_held(kept.data_dir)) == (False, True)
    shutil.rmtree(kept.data_dir / "landing")
    assert kept.said()["last attempt"].endswith("published, 0 h ago"), "the copy knows it as well"


@pytest.mark.parametrize(
    ("later", "says"),
    [(-3, "last success 3 h ago"), (0.5, "last success 0 h ago"), (200, "last success 2026-11-30 08:00 UTC, ahead of")],
)
def test_a_success_under_a_clock_that_was_ahead_is_no_negative_age(later: float, says: str) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    state = State(found().sources["hub_models"], None, now + timedelta(hours=later), None, None)
    assert says in state.line(now)
