"""A backfill in pieces: killed anywhere and run again it ends the same, and the nightly job goes first."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.backfilling.truth import TODAY, expected, land_all, lives, own, renames
from tests.store.nights import land, small_registry, update
from tests.store.published_copy import check_whole, contents
from tracker import backfilling, landing, lock, store
from tracker.errors import Busy
from tracker.settings import Settings

WEEKLY, DAILY, MODELS = 6, 5, 60


def loader(place: Path, pause_seconds: float = 0.0) -> subprocess.Popen[str]:
    arguments = [str(place / "data"), str(place / "registry"), str(MODELS), str(pause_seconds)]
    command = [sys.executable, "-m", "tests.backfilling.loader", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def prepare(place: Path) -> Settings:
    """Make a folder with a night of ours that is published, and archives' nights that are landed."""
    settings = Settings(data_dir=place / "data", registry=place / "registry", memory_limit="500MB", threads=2)
    update(
        settings,
        small_registry(place / "registry"),
        land_all(place / "data", lives(MODELS), weekly=WEEKLY, daily=DAILY),
    )
    return settings


def told(data_dir: Path) -> dict[str, object]:
    """Return what a copy says of models and nights."""
    found = contents(data_dir)
    return {
        "models": found["models"]
        .select("model_id", "hub_id", "first_seen", "last_seen", "removed_at")
        .sort("hub_id")
        .rows(),
        "nights": found["nights"].select("snapshot_date", "source", "models", "downloads_30d").rows(),
        "families": found["open_families"].drop("file", strict=False).rows(),
    }


def check_truth(data_dir: Path) -> None:
    """Check that each archived night holds the models that were there, with their counters, under one identity each."""
    sql = """
      select
        if(starts_with(m.hub_id, 'name:'), null, m.hub_id) as hub_id, c.downloads_30d, c.downloads_all_time, c.likes
      from counters as c join models as m on m.model_key = c.model_key
      where c.snapshot_date = $day
    """
    with store.open_published(data_dir) as published:
        days = published.query("select snapshot_date from nights where source <> 'hub_models'")["snapshot_date"]
        for day in days:
            assert sorted(published.query(sql, {"day": day}).rows(), key=str) == expected(lives(MODELS), day), day
    assert len(days) > DAILY


def test_killed_anywhere_and_run_again_it_ends_the_same(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    prepare(whole)
    shutil.copytree(whole, killed)
    with loader(whole) as process:
        assert process.stdout is not None
        said = process.stdout.read().splitlines()
    assert said[-1] == "published"
    assert len(said) == WEEKLY + DAILY + 1

    moments = random.Random(1)
    for _ in range(4):
        with loader(killed) as process:
            timer = threading.Timer(moments.uniform(0.5, 3), process.kill)
            timer.start()
            process.wait()
            timer.cancel()
    with loader(killed) as process:
        assert process.wait() == 0
    assert told(killed / "data") == told(whole / "data")
    check_truth(killed / "data")
    check_whole(killed / "data")


def test_who_writes_meanwhile_goes_first_and_neither_loses_anything(tmp_path: Path) -> None:
    settings = prepare(tmp_path)
    tonight = land(settings.data_dir, TODAY + timedelta(days=1), own(lives(MODELS), TODAY + timedelta(days=1)))
    with loader(tmp_path, pause_seconds=0.05) as process:
        time.sleep(1)
        with pytest.raises(Busy, match="another run holds the lock"), lock.in_pieces(settings.data_dir):
            raise AssertionError("two backfills at once")
        waited = time.monotonic()
        with lock.hold(settings.data_dir):
            waited = time.monotonic() - waited
            update(settings, small_registry(tmp_path / "registry"), tonight)
        assert process.wait() == 0
    assert waited < 30
    with store.open_published(settings.data_dir) as published:
        sources = published.query("select source, count(*) as nights from nights group by 1 order by 1").rows()
    assert sources == [("hub_models", 2), ("hub_stats", DAILY), ("weekly_snapshots", WEEKLY)]


def test_a_name_leads_to_its_model_by_the_archives_list(tmp_path: Path) -> None:
    settings = prepare(tmp_path)
    found = lives(MODELS)
    with backfilling.open_folder(settings, renames(found)) as folder:
        assert folder.newest_own() == TODAY
        for run in landing.runs(settings.data_dir, "weekly_snapshots"):
            for was_there in (False, True):
                assert [each.was_there for each in folder.load([run])] == [was_there]
            assert not (run.folder / store.COUNTERS).exists()
        folder.publish()
        owed = folder.undescribed()
    with store.open_published(settings.data_dir) as published:
        gone = published.query("select model_id from models where starts_with(hub_id, 'name:')")["model_id"].to_list()
    there = [life for life in found if life.born < TODAY and not life.is_there(TODAY)]
    assert set(gone) <= {life.name(TODAY) for life in there}
    assert sorted(name for each in owed for name in each.names) == sorted(gone)
