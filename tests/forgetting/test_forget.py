"""A night that is forgotten leaves a folder like one that never had it, but for what says so."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from tests.forgetting.conftest import FATES
from tests.forgetting.histories import Step, check_alike, live, random_history
from tests.store.nights import land, model, update
from tracker import lock, pipeline, store
from tracker.errors import Busy, NothingPublished, StoreError, TrackerError
from tracker.forgetting.night import forget
from tracker.registry import Registry
from tracker.settings import Settings

FIRST, MIDDLE, NEWEST = date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 4)


SEED = int(os.environ.get("SEED", "1"))  # of the long run


def without(history: Sequence[Step], day: date) -> list[Step]:
    return [step for step in history if step.day != day]


@pytest.mark.parametrize("day", [FIRST, MIDDLE, NEWEST])
def test_a_folder_is_like_one_that_never_had_the_night(
    folder: Settings, history: list[Step], curated: Registry, tmp_path: Path, day: date
) -> None:
    forget(folder, day, "hub_models")
    check_alike(folder, live(tmp_path / "never", without(history, day), curated, FATES))


def test_a_night_that_was_collected_again_after_a_late_one(curated: Registry, tmp_path: Path) -> None:
    """The second collecting starts from what the late night has left of the night before: it removes its model."""
    newest, late = [model("a/x", 1)], [model("a/x", 1), model("b/gone", 2)]
    steps = [
        Step(date(2026, 11, 9), newest),
        Step(date(2026, 11, 5), late),
        Step(date(2026, 11, 3), [*late, model("c/older", 3)]),
        Step(date(2026, 11, 9), newest, attempt=2),
        Step(date(2026, 11, 10), [*newest, model("b/gone", 2)]),
    ]
    folder = live(tmp_path / "data", steps, curated)
    forget(folder, date(2026, 11, 3), "hub_models")
    check_alike(folder, live(tmp_path / "never", without(steps, date(2026, 11, 3)), curated))
    forget(folder, date(2026, 11, 10), "hub_models")
    check_alike(folder, live(tmp_path / "still", [steps[0], steps[1], steps[3]], curated))


def test_life_goes_on_after_it(folder: Settings, history: list[Step], curated: Registry, tmp_path: Path) -> None:
    """Two nights go, the second twice as long after; then a night comes: all is as if the two had never been."""
    forget(folder, NEWEST, "hub_models")
    forget(folder, MIDDLE, "hub_models")
    tomorrow = Step(date(2026, 11, 6), history[0].models)
    other = next(step.registry for step in history if step.registry)
    update(folder, other, land(folder.data_dir, date(2026, 11, 6), tomorrow.models))
    again = Step(MIDDLE, history[1].models, attempt=9)
    update(folder, other, land(folder.data_dir, MIDDLE, again.models, attempt=9))
    steps = [*without(without(history, NEWEST), MIDDLE), tomorrow, again]
    check_alike(folder, live(tmp_path / "never", steps, curated, FATES))


def test_a_wrong_day_poisons_nothing_for_long(curated: Registry, tmp_path: Path) -> None:
    """Nights that followed one of next year were only recorded; without it they make the present state."""
    nights = [
        Step(date(2026, 11, day), [model("a/x" if day < 3 else "a/y", 1, likes=day), model(f"b/n{day}", 10 + day)])
        for day in (1, 2, 3, 4)
    ]
    wrong = Step(date(2027, 1, 1), nights[0].models)
    folder = live(tmp_path / "data", [nights[0], wrong, *nights[1:]], curated)
    forget(folder, date(2027, 1, 1), "hub_models")
    check_alike(folder, live(tmp_path / "never", nights, curated))


@pytest.mark.parametrize("seeds", [(1,), pytest.param(range(SEED, SEED + 200), marks=pytest.mark.soak)], ids=len)
def test_any_night_of_any_history(curated: Registry, other: Registry, tmp_path: Path, seeds: range) -> None:
    for seed in seeds:
        chance = random.Random(seed)
        steps, fates = random_history(chance, other)
        day = chance.choice([step.day for step in steps if step.day])
        folder = live(tmp_path / f"{seed}", steps, curated, fates)
        shutil.rmtree(folder.data_dir / "landing")
        forget(folder, day, "hub_models")
        check_alike(folder, live(tmp_path / f"{seed}-never", without(steps, day), curated, fates))


def test_what_has_changed_is_published(folder: Settings) -> None:
    with store.open_published(folder.data_dir) as published:
        before, generation = published.query("from nights").rows(), published.facts().generation
    done = forget(folder, MIDDLE, "hub_models")
    with store.open_published(folder.data_dir) as published:
        told = published.query(
            'select figure, period, "key", "before", "after" from restatements order by figure desc, period, "key"'
        )
        runs = published.query(
            "select run_id, status, reason from runs where snapshot_date = $day order by started_at", {"day": MIDDLE}
        )
        classes = published.query("select distinct run_id, class, reason from restatements").rows()
        family = published.query("select models from daily_families where snapshot_date = $day", {"day": MIDDLE})
    reason = "the night of hub_models on 2026-10-31 was taken out of the record"
    assert told.equals(done.restated)
    expected = {"nights.models", "daily_families.downloads_30d", "events"}
    assert expected <= set(told["figure"])
    assert told.filter(figure="nights.models").rows() == [("nights.models", MIDDLE, "full", 20.0, None)]
    assert family.is_empty()
    [(_, *was), (run_id, *now)] = runs.rows()
    assert was == ["refused", f"forgotten by the run {run_id}: {reason}"]
    assert now == ["published", reason]
    assert classes == [(run_id, "correction", reason)]
    with store.open_published(folder.data_dir, generation=generation) as earlier:
        assert earlier.query("from nights").rows() == before
        assert earlier.query("select count(*) from snapshots where snapshot_date = $day", {"day": MIDDLE}).item() == 20
    assert pipeline.is_due(folder, scope=pipeline.Scope.parse("full"), snapshot_date=MIDDLE)


def test_what_gates_remarked_of_the_next_night_is_said_anew(curated: Registry, tmp_path: Path) -> None:
    """Downloads that a bad night lost come back with the next: without the bad one there is nothing to remark."""

    def remarked(name: str, days: Sequence[int]) -> tuple[Settings, list[tuple[object, ...]]]:
        folder = Settings(data_dir=tmp_path / name, registry=curated.directory, memory_limit="500MB", threads=1)
        for day in days:
            models = [model(f"a/m{n}", n, downloads_30d=70 if day == 2 else 100, likes=9) for n in range(1, 60)]
            pipeline.load(folder, land(folder.data_dir, date(2026, 11, day), models), force=True)
        return folder, asked(folder)

    def asked(folder: Settings) -> list[tuple[object, ...]]:
        with store.open_published(folder.data_dir) as published:
            return published.query("from night_remarks order by all").rows()

    folder, before = remarked("data", [1, 2, 3])
    forget(folder, date(2026, 11, 2), "hub_models")
    assert asked(folder) == remarked("never", [1, 3])[1] != before


def files_of(folder: Settings) -> dict[str, str]:
    return {
        path.relative_to(folder.data_dir).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.data_dir.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def test_a_dry_run_says_the_same_and_changes_nothing(folder: Settings) -> None:
    before = files_of(folder)
    said = forget(folder, FIRST, "hub_models", dry_run=True)
    assert files_of(folder) == before
    assert said.published is None
    assert said.restated.equals(forget(folder, FIRST, "hub_models").restated)


def test_a_night_that_is_not_there_is_told_with_the_nearest(folder: Settings) -> None:
    with pytest.raises(
        TrackerError, match=r"no night of hub_models on 2026-11-03 .* 2026-11-01, 2026-11-02, 2026-11-04"
    ):
        forget(folder, date(2026, 11, 3), "hub_models")
    with pytest.raises(TrackerError, match=r"no night of archive on 2026-10-31 .* --source hub_models"):
        forget(folder, MIDDLE, "archive")
    with lock.hold(folder.data_dir), pytest.raises(Busy):
        forget(folder, MIDDLE, "hub_models")


def test_without_its_last_night_a_folder_publishes_nothing(curated: Registry, tmp_path: Path) -> None:
    steps = [Step(date(2026, 11, 1), [model("a/x", 1)]), Step(date(2026, 11, 2), [model("a/y", 1), model("b/z", 2)])]
    folder = live(tmp_path / "data", steps[:1], curated)
    done = forget(folder, date(2026, 11, 1), "hub_models")
    assert (done.left, done.published) == (0, None)
    with pytest.raises(NothingPublished), store.open_published(folder.data_dir):
        pass
    assert (folder.data_dir / "last_success.json").read_text() == "{}\n"
    assert pipeline.publish(folder, if_due=True) is None

    update(folder, curated, land(folder.data_dir, date(2026, 11, 2), steps[1].models))
    check_alike(folder, live(tmp_path / "never", steps[1:], curated))


def test_a_night_of_before_descriptions_needs_its_landed_rows(curated: Registry, tmp_path: Path) -> None:
    """Folders of earlier versions: what is landed still is read there, what is not cannot be made anew."""
    steps = [Step(date(2026, 11, day), [model("a/x", 1, likes=day)]) for day in (1, 2, 3)]
    folder = live(tmp_path / "data", steps, curated)
    with store.open_work(folder) as work:
        work._connection.execute("update nights set described_file = null where snapshot_date < date '2026-11-03'")
        work._connection.execute("delete from described")
    shutil.rmtree(folder.data_dir / "landing" / "hub_models" / "2026-11-03")
    shutil.copytree(folder.data_dir, tmp_path / "pruned", symlinks=True)
    forget(folder, date(2026, 11, 2), "hub_models")
    check_alike(folder, live(tmp_path / "never", [steps[0], steps[2]], curated))

    pruned = Settings(data_dir=tmp_path / "pruned", memory_limit="500MB")
    shutil.rmtree(pruned.data_dir / "landing" / "hub_models" / "2026-11-01")
    before = files_of(pruned)
    with pytest.raises(StoreError, match=r"2026-11-01 .* earlier version, .* nothing was changed"):
        forget(pruned, date(2026, 11, 2), "hub_models")
    assert files_of(pruned) == before


KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from tracker import store
from tracker.forgetting import night
from tracker.settings import Settings
from tracker.store import forget
from tracker.store.publish import generation, retention

def kill(owner, name, times):
    plain = getattr(owner, name)
    def killed(*values, **named):
        killed.left -= 1
        if not killed.left:
            os.kill(os.getpid(), signal.SIGKILL)
        return plain(*values, **named)
    killed.left = times
    setattr(owner, name, killed)

kill(*{
    "loading": (forget.again, "load", 3),
    "restated": (forget.restating, "compare", 1),
    "noted": (forget.restating, "keep", 1),
    "synced": (forget.files, "sync", 1),
    "taken over": (forget.files, "sync_folder", 1),
    "built": (generation.generations, "write", 1),
    "pointed": (retention, "delete_unnamed", 1),
}[sys.argv[1]])
settings = Settings(data_dir=Path(sys.argv[2]), registry=Path(sys.argv[3]), memory_limit="500MB", threads=1)
night.forget(settings, date.fromisoformat(sys.argv[4]), "hub_models")
"""


def test_a_kill_leaves_it_as_before_or_as_after(
    folder: Settings, history: list[Step], curated: Registry, tmp_path: Path
) -> None:
    """Killed in the copy, it is as before, and done again it ends; killed later, publishing ends it."""

    def begin(place: str) -> None:
        arguments = [place, str(folder.data_dir), str(curated.directory), str(NEWEST)]
        killed = subprocess.run([sys.executable, "-c", KILLED, *arguments], capture_output=True, text=True, check=False)
        assert killed.returncode == -signal.SIGKILL, killed.stderr

    def shown() -> list[tuple[date, ...]]:
        assert all("left by a run" in str(each) for each in store.verify_record(folder.data_dir))
        with store.open_published(folder.data_dir) as published:
            return published.query("select snapshot_date from nights order by 1").rows()

    before = shown()
    for place in ("loading", "noted", "synced"):
        begin(place)
        assert shown() == before
        assert not pipeline.publish(folder, if_due=True)
    begin("taken over")
    assert shown() == before  # readers have the copy of before until the next publish
    with pytest.raises(TrackerError, match=r"no night"):
        forget(folder, NEWEST, "hub_models")
    assert pipeline.publish(folder, if_due=True)
    assert shown() == before[:-1]
    check_alike(folder, live(tmp_path / "never", without(history, NEWEST), curated, FATES))
    assert not list(folder.data_dir.glob("scratch-*"))


@pytest.mark.soak
@pytest.mark.parametrize("place", ["built", "pointed"])
def test_a_kill_while_it_is_published(
    folder: Settings, history: list[Step], curated: Registry, tmp_path: Path, place: str
) -> None:
    arguments = [place, str(folder.data_dir), str(curated.directory), str(NEWEST)]
    subprocess.run([sys.executable, "-c", KILLED, *arguments], capture_output=True, check=False)
    pipeline.publish(folder)
    check_alike(folder, live(tmp_path / "never", without(history, NEWEST), curated, FATES))
