"""The nightly job from end to end, where its stages meet."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import tracker
from tests.conftest import write_nights
from tracker import landing, pipeline, store
from tracker.demo import HubProcess, hub_process
from tracker.errors import NothingPublished, SnapshotRefused
from tracker.scope import Scope
from tracker.settings import Settings

Hub = Callable[..., HubProcess]
FIRST, SECOND = date(2026, 11, 20), date(2026, 11, 21)


def model(number: int, **changes: Any) -> Mapping[str, Any]:
    seconds = 0x621FFDC4 + number * 3600
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))
    return {
        "_id": f"{seconds:08x}{number:016x}",
        "id": f"maker-{number % 7}/model-{number}",
        "author": f"maker-{number % 7}",
        "createdAt": stamp,
        "disabled": False,
        "downloads": number * 10,
        "downloadsAllTime": number * 100,
        "gated": False,
        "lastModified": stamp,
        "likes": number,
        "private": False,
        "sha": f"{number:040x}",
        "tags": ["license:mit"],
        "trendingScore": 0,
        **changes,
    }


def settings(hub: HubProcess, data_dir: Path) -> Settings:
    return Settings(data_dir=data_dir, endpoint=hub.endpoint)


def update(hub: HubProcess, data_dir: Path, night: date, **options: Any) -> pipeline.Night:
    hub.set_night(night)
    return pipeline.update(settings(hub, data_dir), scope=Scope("full"), snapshot_date=night, **options)


def test_an_unreadable_record_is_not_a_model_that_is_gone(hub: Hub, tmp_path: Path) -> None:
    """It was listed, so it is there: quarantined and counted, with no `removed` event."""
    models = [model(number) for number in range(300)]
    spoilt = [*models[:150], model(150, id="../../etc/passwd"), *models[151:]]
    served = hub(nights={FIRST: models, SECOND: spoilt})
    update(served, tmp_path, FIRST)
    done = update(served, tmp_path, SECOND)
    assert (done.landed.manifest.set_aside, done.summary.gone) == (1, 0)
    with store.open_published(tmp_path) as published:
        row = published.query("select removed_at, last_seen from models where model_id = 'maker-3/model-150'").row(0)
    assert row == (None, FIRST)


def test_a_walk_that_was_landed_and_not_loaded_is_not_walked_again(hub: Hub, tmp_path: Path) -> None:
    served = hub({FIRST: [model(n) for n in range(30)]})
    landed = pipeline.collect(settings(served, tmp_path), scope=Scope("full"), snapshot_date=FIRST)
    asked = len(served.requests())
    assert update(served, tmp_path, FIRST).landed == landed
    assert len(served.requests()) == asked

    assert update(served, tmp_path, FIRST).landed != landed  # once it is loaded, the day is walked anew
    landed = pipeline.collect(settings(served, tmp_path), scope=Scope("full"), snapshot_date=FIRST)
    with store.open_work(settings(served, tmp_path)) as work:  # it had been stopped once, and then went on
        earlier = replace(landed.manifest, status="interrupted", finished_at=landed.manifest.started_at)
        work.note_run(earlier, "interrupted", "stopped by a signal")
    assert update(served, tmp_path, FIRST).landed == landed
    landed = pipeline.collect(settings(served, tmp_path), scope=Scope("full"), snapshot_date=FIRST)
    assert update(served, tmp_path, FIRST, resume=False).landed != landed


def test_a_landed_walk_that_a_power_cut_damaged_is_walked_again(hub: Hub, tmp_path: Path) -> None:
    """Else each later try of the day would fail by the same file."""
    served = hub({FIRST: [model(n) for n in range(30)]})
    landed = pipeline.collect(settings(served, tmp_path), scope=Scope("full"), snapshot_date=FIRST)
    landed.parts[0].write_bytes(b"")
    assert update(served, tmp_path, FIRST).summary.models == 30


def test_a_refused_night_changes_nothing_and_can_be_forced(hub: Hub, tmp_path: Path) -> None:
    served = hub(nights={FIRST: [model(n) for n in range(3000)], SECOND: [model(n) for n in range(1000)]})
    update(served, tmp_path, FIRST)
    before = (tmp_path / "tracker.duckdb").resolve()
    content = before.read_bytes()
    served.set_night(SECOND)
    refused = tracker("update", "--date", str(SECOND), "--data-dir", str(tmp_path), HF_ENDPOINT=served.endpoint)
    assert refused.returncode == 3, refused.stderr
    assert "1,000" in refused.stderr and "3,000" in refused.stderr and "--force" in refused.stderr
    assert (tmp_path / "tracker.duckdb").resolve() == before and before.read_bytes() == content
    assert landing.runs(tmp_path, snapshot_date=SECOND)[-1].is_whole, "a refused snapshot stays landed"
    forced = tracker("load", "--date", str(SECOND), "--force", "--data-dir", str(tmp_path), HF_ENDPOINT=served.endpoint)
    assert forced.returncode == 0, forced.stderr
    with store.open_published(tmp_path) as published:
        assert published.facts().snapshot_date == SECOND
        runs = published.query("select status from runs order by snapshot_date")["status"].to_list()
    assert runs == ["published", "published"]


def test_refusals_are_runs_with_their_reason(hub: Hub, tmp_path: Path) -> None:
    served = hub(nights={FIRST: [model(n) for n in range(3000)], SECOND: [model(n) for n in range(1000)]})
    update(served, tmp_path, FIRST)
    with pytest.raises(SnapshotRefused, match="plausible_count"):
        update(served, tmp_path, SECOND)
    pipeline.publish(settings(served, tmp_path))
    with store.open_published(tmp_path) as published:
        row = published.query(
            "select status, reason, rows_landed from runs where snapshot_date = $d", {"d": SECOND}
        ).row(0)
    assert row[0] == "refused" and "plausible_count" in row[1] and row[2] == 1000


def test_a_partial_scope_removes_nothing_and_is_said_with_every_answer(hub: Hub, tmp_path: Path) -> None:
    served = hub(nights={FIRST: [model(n) for n in range(500)], SECOND: [model(n) for n in range(500)]})
    update(served, tmp_path, FIRST)
    served.set_night(SECOND)
    pipeline.update(settings(served, tmp_path), scope=Scope.parse("top:100"), snapshot_date=SECOND)
    with store.open_published(tmp_path) as published:
        assert published.facts().scope == "top:100"
        assert published.query("select count(*) as n from models where removed_at is not null")["n"][0] == 0
        assert published.query("select count(*) as n from events where kind = 'removed'")["n"][0] == 0


def test_a_second_run_at_the_same_time_exits_with_75(hub: Hub, tmp_path: Path) -> None:
    served = hub(nights={FIRST: [model(n) for n in range(50)]}, faults=["F11:kind=head,seconds=30,count=1"])
    environ = {**os.environ, "HF_ENDPOINT": served.endpoint}
    command = [sys.executable, "-m", "tracker", "update", "--date", str(FIRST), "--data-dir", str(tmp_path)]
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as first:
        end = time.monotonic() + 30
        while not served.requests() and time.monotonic() < end:
            time.sleep(0.05)
        second = subprocess.run(command, env=environ, capture_output=True, text=True)
        first.send_signal(signal.SIGTERM)
        _, said = first.communicate(timeout=30)
    assert second.returncode == 75 and "another run holds the lock" in second.stderr
    assert first.returncode == 143 and "Traceback" not in said


def newest(data_dir: Path) -> dict[str, str]:
    """The newest night of each scope, as last_success.json has them."""
    facts = json.loads((data_dir / "last_success.json").read_text())
    assert facts["snapshot_date"] == max(each["snapshot_date"] for each in facts["scopes"].values())
    return {scope: each["snapshot_date"] for scope, each in facts["scopes"].items()}


def test_last_success_and_if_due(hub: Hub, tmp_path: Path) -> None:
    served = hub(nights={FIRST: [model(n) for n in range(50)]})
    update(served, tmp_path, FIRST)
    facts = json.loads((tmp_path / "last_success.json").read_text())
    assert (facts["snapshot_date"], facts["scope"], facts["models"]) == ("2026-11-20", "full", 50)
    chosen = settings(served, tmp_path)
    assert not pipeline.is_due(chosen, scope=Scope("full"), snapshot_date=FIRST)
    assert pipeline.is_due(chosen, scope=Scope("full"), snapshot_date=SECOND)
    assert pipeline.is_due(chosen, scope=Scope.parse("top:10"), snapshot_date=FIRST)


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HubProcess, Path]]:
    """A Hub of two nights, and a folder that has both."""
    place, models = tmp_path_factory.mktemp("two"), [model(n) for n in range(50)]
    with hub_process(replay=write_nights(place / "hub", {FIRST: models, SECOND: models})) as served:
        for night in (FIRST, SECOND):
            update(served, place / "data", night)
        yield served, place / "data"


@pytest.mark.parametrize("afterwards", ["load an older night", "another scope", "publish", "resolve", "restore"])
def test_a_night_that_is_there_stays_there(
    two_nights: tuple[HubProcess, Path], tmp_path: Path, afterwards: str
) -> None:
    """Whatever a folder does after its newest night, that night is not owed again."""
    served, made = two_nights
    data_dir = Path(shutil.copytree(made, tmp_path / "data", symlinks=True))
    chosen = settings(served, data_dir)
    if afterwards == "load an older night":
        pipeline.load(chosen, landing.runs(data_dir, snapshot_date=FIRST)[-1])
    elif afterwards == "another scope":
        pipeline.update(chosen, scope=Scope.parse("publisher:maker-3"), snapshot_date=SECOND)
        assert newest(data_dir)["publisher:maker-3"] == "2026-11-21"
    elif afterwards == "restore":
        pipeline.back_up(chosen, tmp_path / "backup")
        chosen = settings(served, data_dir := tmp_path / "restored")
        pipeline.restore(chosen, tmp_path / "backup")
    else:
        {"publish": pipeline.publish, "resolve": pipeline.resolve}[afterwards](chosen)
    assert newest(data_dir)["full"] == "2026-11-21"
    assert not pipeline.is_due(chosen, scope=Scope("full"), snapshot_date=SECOND)
    (data_dir / "last_success.json").write_text("{}")  # nor does it hang on the file
    assert not pipeline.is_due(chosen, scope=Scope("full"), snapshot_date=SECOND)


def test_a_night_is_judged_by_the_night_before_it(hub: Hub, tmp_path: Path) -> None:
    """Not by a later one, however like it would be; nor by what its own day said before."""
    third = date(2026, 11, 22)
    many, few = [model(n) for n in range(3000)], [model(n) for n in range(1000)]
    served = hub(nights={FIRST: few, SECOND: few, third: many})
    update(served, tmp_path, FIRST)
    update(served, tmp_path, third, force=True)
    done = update(served, tmp_path, SECOND)  # a third of the later night's models
    told = {verdict.gate: verdict.reason for verdict in done.verdicts}
    assert told["plausible_count"] == "1,000 models, the last night had 1,000"
    with pytest.raises(SnapshotRefused, match="3,000 models, the last night had 1,000"):
        update(served, tmp_path, third)  # though the day holds as many already


def test_a_folder_belongs_to_one_endpoint(hub: Hub, tmp_path: Path) -> None:
    nights = {FIRST: [model(n) for n in range(50)], SECOND: [model(n) for n in range(50)]}
    update(hub(nights=nights), tmp_path, FIRST)
    other = hub(nights=nights)
    done = tracker("update", "--date", str(SECOND), "--data-dir", str(tmp_path), HF_ENDPOINT=other.endpoint)
    assert done.returncode == 1 and "another --data-dir" in done.stderr and "Traceback" not in done.stderr
    assert not other.requests(), "it is refused before anything is asked"


@pytest.mark.parametrize(("minutes", "booked"), [(60, FIRST), (14 * 60, SECOND)])
def test_a_landed_night_is_gone_on_with_soon_after(hub: Hub, tmp_path: Path, minutes: int, booked: date) -> None:
    """It was landed at 23:50 and not loaded, as after a kill: it is loaded soon after midnight, and later a new one."""
    served = hub(nights={FIRST: [model(n) for n in range(50)], SECOND: [model(n) for n in range(60)]})
    served.set_night(FIRST)
    served.advance((13 * 60 + 33) * 60)
    pipeline.collect(settings(served, tmp_path), scope=Scope("full"))
    served.advance(minutes * 60)
    done = pipeline.update(settings(served, tmp_path), scope=Scope("full"))
    assert done.landed.manifest.snapshot_date == booked
    assert not pipeline.is_due(settings(served, tmp_path), scope=Scope("full"), snapshot_date=booked)


@pytest.mark.parametrize(
    "wrong", ["2036-02-07", *(pytest.param(each, marks=pytest.mark.slow) for each in ("2026-11-21", "2026-10-01"))]
)
def test_a_wrong_date_poisons_nothing(hub: Hub, tmp_path: Path, wrong: str) -> None:
    """It is refused with 3, the night of the Hub's day stays owed or there, and forced it leaves a remark."""
    served = hub(nights={FIRST: [model(n) for n in range(50)], SECOND: [model(n) for n in range(50)]})
    served.set_night(FIRST)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return tracker(*arguments, "--data-dir", str(tmp_path), HF_ENDPOINT=served.endpoint)

    refused = run("update", "--date", wrong)
    assert refused.returncode == 3 and f"the Hub says that it is {FIRST}" in refused.stderr
    done = run("update", "--if-due")
    assert done.returncode == 0 and f"hub_models {FIRST}: landed 50" in done.stderr
    again = run("update", "--if-due")
    assert again.returncode == 0 and f"{FIRST} is collected; nothing to do, for that is the Hub's day" in again.stderr
    served.set_night(SECOND)
    forced = run("update", "--date", wrong, "--force")
    assert forced.returncode == 0, forced.stderr
    assert (f"the Hub's own day was {SECOND}" in forced.stderr) == (wrong != str(SECOND))
    if wrong != str(SECOND):
        done = run("update", "--if-due")
        assert done.returncode == 0 and f"hub_models {SECOND}: landed 50" in done.stderr, "another night says nothing"


SHOWN = "select * from {} order by all"


@pytest.fixture(scope="module")
def planted() -> Iterator[HubProcess]:
    """A Hub of the synthetic ecosystem, in which every variant of lineage answers otherwise."""
    with hub_process(models=1000, nights=3, seed=3) as served:
        yield served


def test_a_copy_is_the_same_whether_each_night_was_published_or_the_last(planted: HubProcess, tmp_path: Path) -> None:
    shown = {}
    *earlier, last = planted.nights
    for name, publish in (("each", True), ("last", False)):
        folder = tmp_path / name
        for night in earlier:
            done = update(planted, folder, night, publish=publish)
            assert (done.published is None) is not publish
        update(planted, folder, last)
        with store.open_published(folder) as copy:
            shown[name] = {table: copy.query(SHOWN.format(table)).rows() for table in SAME_EITHER_WAY}
    assert shown["each"] == shown["last"] and all(shown["each"].values())


SAME_EITHER_WAY = (
    "models", "parents", "lineage", "lineage_variants", "nearest", "edges", "edge_variants", "events", "daily_rollup",
    "daily_families", "former_names", "organizations", "families", "snapshots",
)  # fmt: skip


@pytest.fixture(scope="module")
def shown_or_not(planted: HubProcess, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two folders of the same night: `published`, and one that `waits` for it."""
    place, night = tmp_path_factory.mktemp("shown"), planted.nights[0]
    update(planted, place / "published", night)
    update(planted, place / "waits", night, publish=False)
    return place


@pytest.mark.parametrize("shown_by", ["publish", "restore"])
def test_a_night_that_was_not_published_has_all_variants_when_it_is(
    planted: HubProcess, shown_or_not: Path, tmp_path: Path, shown_by: str
) -> None:
    shutil.copytree(shown_or_not / "waits", tmp_path / "waits", symlinks=True)
    given, waits = settings(planted, shown_or_not / "published"), settings(planted, tmp_path / "waits")
    with pytest.raises(NothingPublished), store.open_published(waits.data_dir):
        pass
    if shown_by == "restore":
        pipeline.back_up(waits, tmp_path / "backup")
        waits = settings(planted, tmp_path / "restored")
        pipeline.restore(waits, tmp_path / "backup")
    else:
        assert pipeline.publish(waits, if_due=True) is not None and pipeline.publish(waits, if_due=True) is None
    found = []
    for folder in (given.data_dir, waits.data_dir):
        with store.open_published(folder) as copy:
            found.append(copy.query(SHOWN.format("lineage_variants")).rows())
    assert found[0] == found[1] != []
