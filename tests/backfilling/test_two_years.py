"""Two years through the command, over HTTP and in all schemas: killed at every stage it ends as what was planted."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.backfilling.test_in_pieces import told
from tests.backfilling.truth import SINCE_ALL_TIME, SOURCES, TODAY, Life, archived, days, expected, lives, own
from tests.command_line import environment
from tests.sources.archives.data_set import ranged
from tests.sources.archives.eras import Model, write
from tests.sources.loopback import Served, serving
from tests.sources.walks import settings_for
from tests.store.nights import land, small_registry, update
from tests.store.published_copy import check_whole
from tracker import store

MODELS = 141  # one came every week, the last one last week
SEED = int(os.environ.get("SEED") or 0)
DATA_SETS = {"weekly_snapshots": "hfmlsoc/hub_weekly_snapshots", "hub_stats": "cfahlgren1/hub-stats"}
ERAS = ("2024", "nulls", "zoned", "text")  # which follow one another; the first two have no all-time counters
# what a run says when it gets there, in order, and how many seconds later it is killed at most; the last lie in closing
# months and in the publish. The next run goes on from there
STAGES = ((r"{source} .* loaded", 0.2), (r"rolled up", 0.2), (r"flow of", 0.2), (r"flow of", 3.0))


def era(day: date) -> str:
    """Return the schema of a day: the first two until all-time counters came, then the others by the quarter."""
    if day < SINCE_ALL_TIME:
        return ERAS[day.month % 2]
    return ERAS[2 + (day.month // 3) % 2]


def plant(served: Served, folder: Path, found: Sequence[Life], counts: dict[str, int]) -> None:
    """Let a server have the histories of the archives, a commit a day with one file."""
    for source, count in counts.items():
        name, commits = DATA_SETS[source], []
        for at, day in enumerate(days(source, count)):
            week = day - timedelta(days=day.weekday())
            path = f"models/{week}/models.parquet" if source == "weekly_snapshots" else "models.parquet"
            rows = [
                Model(row["model_id"], row["created_at"], row["downloads_30d"], row["downloads_all_time"], row["likes"])
                for row in archived(list(found), day)
            ]
            file = write(folder / source / f"{at}.parquet", rows, era(day))
            commit = hashlib.sha1(f"{source} {day}".encode(), usedforsecurity=False).hexdigest()
            told_of = {"id": commit, "title": f"Upload {path} with huggingface_hub", "date": f"{day}T04:30:00.000Z"}
            commits.insert(0, told_of)
            served.give(
                f"/datasets/{name}/resolve/{commit}/{path}", ranged(file.read_bytes(), {"X-Repo-Commit": commit})
            )
        served.give(f"/api/datasets/{name}/commits/main", json.dumps(commits).encode())


class Command:
    """`tracker backfill` on a folder."""

    def __init__(self, place: Path, address: str) -> None:
        self._place, self._address = place, address

    @contextmanager
    def running(self, source: str) -> Iterator[subprocess.Popen[str]]:
        arguments = ["backfill", source, "--data-dir", str(self._place / "data"), "-v", "--format", "tsv"]
        environ = environment(HF_ENDPOINT=self._address, TRACKER_REGISTRY=str(self._place / "registry"))
        pipe = subprocess.PIPE
        with subprocess.Popen(
            [".venv/bin/tracker", *arguments], env=environ, stdout=pipe, stderr=pipe, text=True
        ) as process:
            yield process

    def kill_at(self, source: str, stage: str, later: float) -> bool:
        """Run until it says this, and kill it a little later; return whether it came so far."""
        with self.running(source) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if re.search(stage, line):
                    try:
                        process.wait(later)
                    except subprocess.TimeoutExpired:
                        process.kill()
                    return True
        return False

    def run(self, source: str) -> list[str]:
        """Run to the end; return how each day ended."""
        with self.running(source) as process:
            out, complaint = process.communicate()
        assert process.returncode == 0, complaint
        return [line.split("\t")[1] for line in out.splitlines()[1:]]


def prepare(place: Path, served: Served, found: list[Life]) -> Command:
    settings = settings_for(place / "data", served.address, registry=place / "registry")
    update(settings, small_registry(place / "registry"), land(place / "data", TODAY, own(found, TODAY)))
    return Command(place, served.address)


def fingerprint(data_dir: Path) -> dict[str, object]:
    """Return all files of the record and of the published copies, with their content."""
    kept = [
        path
        for folder in ("snapshots", "history", "generations", "descriptions")
        for path in (data_dir / folder).rglob("*")
    ]
    return {str(path): path.read_bytes() for path in kept if path.is_file()} | {
        "published": (data_dir / "tracker.duckdb").resolve().name
    }


@pytest.mark.parametrize(
    ("counts", "kills"),
    [
        pytest.param({"hub_stats": 6}, 1, marks=pytest.mark.slow),
        pytest.param({"weekly_snapshots": 120, "hub_stats": 365}, 4, marks=pytest.mark.soak),
    ],
    ids=["some", "all"],
)
def test_killed_at_every_stage_it_ends_as_planted(tmp_path: Path, counts: dict[str, int], kills: int) -> None:
    chance, found = random.Random(SEED), lives(MODELS)
    with serving({}) as served:
        plant(served, tmp_path / "sets", found, counts)
        killed, whole = (prepare(tmp_path / name, served, found) for name in ("killed", "whole"))
        for source in counts:
            for stage, later in STAGES:
                asked = stage.format(source=source)
                reached = [killed.kill_at(source, asked, chance.uniform(0, later)) for _ in range(kills)]
                assert reached[0] or kills == 1, (source, stage)
            for command in (killed, whole):
                assert len(command.run(source)) == counts[source]
        data_dir = tmp_path / "killed" / "data"
        check(data_dir, found, sum(counts.values()))
        check_whole(data_dir)
        assert told(data_dir) == told(tmp_path / "whole" / "data")
        before, served.heard[:] = fingerprint(data_dir), []
        for source in counts:
            assert set(killed.run(source)) == {"there"}
        assert fingerprint(data_dir) == before
        assert not [path for path in served.paths() if "/resolve/" in path]


def check(data_dir: Path, found: list[Life], nights: int) -> None:
    """Check each archived night against what was planted: who was there, under one identity, with which counters."""
    counters = """
      select if(starts_with(m.hub_id, 'name:'), null, m.hub_id) as hub_id,
        c.downloads_30d, c.downloads_all_time, c.likes
      from read_parquet($file) as c join models as m on m.model_key = c.model_key
    """
    with store.open_work(settings_for(data_dir, "http://127.0.0.1:1")) as work:
        files = [data_dir / run.file for run in work.recorded_runs() if run.source in SOURCES]
        for file in files:
            day = date.fromisoformat(file.parent.name.partition("=")[2])
            rows = work._connection.execute(counters, {"file": str(file)}).fetchall()
            assert sorted(rows, key=str) == expected(found, day), file
    assert len(files) == nights
    with store.open_published(data_dir) as published:
        known = published.query("select count(*) as n from models").rows()
        seen = dict(published.query("select model_id, first_seen from models where removed_at is null").rows())
    there = {life.number for life in found for file in files if life.is_there(day_of(file))}
    assert known == [(len(there | {life.number for life in found if life.is_there(TODAY)}),)]
    for life in found:
        if life.is_there(TODAY):
            shown = [day for day in map(day_of, files) if life.is_there(day)]
            assert seen[life.name(TODAY)] == min(shown, default=TODAY)


def day_of(file: Path) -> date:
    return date.fromisoformat(file.parent.name.partition("=")[2])
