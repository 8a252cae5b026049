"""kill -9 at any moment: no damaged file, no acknowledged night lost, and running again gives the same tables."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.store.nights import land, model
from tests.store.published_copy import check_said, check_same, check_whole, contents
from tracker import store
from tracker.settings import Settings
from tracker.sql import connect

FIRST = date(2026, 10, 29)  # the month closes on the fourth night
NIGHTS = 5


def prepare(data_dir: Path) -> None:
    for number in range(NIGHTS):
        models = [
            model(
                f"p{n % 50}/m{n}" + ("-renamed" if n % 97 == number else ""),
                n,
                downloads_30d=n * 31 % 977 + number,
                tags=[f"base_model:finetune:p{(n // 3) % 50}/m{n // 3}"] if n % 3 else [],
            )
            for n in range(1, 800)
            if n % 89 != number
        ]
        land(data_dir, FIRST + timedelta(days=number), models)


def collector(place: Path, done: set[str]) -> subprocess.Popen[str]:
    arguments = [str(place / "data"), str(place / "registry"), ",".join(sorted(done))]
    command = [sys.executable, "-m", "tests.store.nights_to_kill", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run_and_kill(place: Path, published: set[str], after_seconds: float | None) -> list[str]:
    """Run the collector, kill it that long after it is ready, and return what it acknowledged."""
    with collector(place, published) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "ready\n", process.stderr.read()
        timer = threading.Timer(after_seconds or 0, process.kill)
        if after_seconds is not None:
            timer.start()
        said = process.stdout.read().splitlines()
        complaint = process.stderr.read()
        timer.cancel()
    assert "Traceback" not in complaint, complaint
    return said


@pytest.mark.parametrize(
    "kills", [4, pytest.param(10, marks=pytest.mark.slow), pytest.param(100, marks=pytest.mark.soak)]
)
def test_kill_nine_loses_nothing(tmp_path: Path, kills: int) -> None:
    quiet, hunted = tmp_path / "quiet", tmp_path / "hunted"
    for place in (quiet, hunted):
        prepare(place / "data")
    run_and_kill(quiet, set(), None)
    expected = contents(quiet / "data")
    assert len(expected["nights"]) == NIGHTS
    assert expected["history"].rows() == expected["counters"].rows()

    chance = random.Random(kills)
    acknowledged: set[str] = set()
    for number in range(kills):
        # nights are forgotten again, so that there is always work to be killed in; loading them again is allowed
        days = sorted(acknowledged)[: number % (NIGHTS - 1)]
        said = run_and_kill(hunted, set(days), chance.uniform(0.0, 1.5))
        acknowledged |= {line.split()[1] for line in said if line.startswith("loaded")}
        check_after_kill(hunted / "data", acknowledged)
    run_and_kill(hunted, set(), None)

    check_same(contents(hunted / "data"), expected)
    for place in (quiet, hunted):
        check_said(place / "data")
    assert store.verify_record(hunted / "data") == []


def check_after_kill(data_dir: Path, acknowledged: set[str]) -> None:
    """The database opens, holds every acknowledged night; the published copy answers and its record is whole."""
    with store.open_work(Settings(data_dir=data_dir, memory_limit="500MB")) as work:
        nights = connect.rows(work._connection, "select snapshot_date::varchar from nights")
        assert acknowledged <= {day for (day,) in nights}
        problems = connect.rows(
            work._connection,
            "select model_key from models group by 1 having count(*) > 1"
            " union all select min(model_key) from keys group by hub_id having count(*) > 1",
        )
        assert problems == []
    if (data_dir / "tracker.duckdb").exists():
        check_whole(data_dir)
