"""Publishing: one link, whole files, readers that never wait, a folder that moves."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.store.nights import land, model, night, small_registry, update
from tracker import store
from tracker.errors import StoreError
from tracker.registry import Registry
from tracker.settings import Settings
from tracker.store.publish import annotated

Ask = Callable[..., pl.DataFrame]

READER = """
import sys
from pathlib import Path
from tracker import store
seen, folder, stop = [], Path(sys.argv[1]), Path(sys.argv[2])
print("ready", flush=True)
while not stop.exists():
    with store.open_published(folder, memory_limit="200MB") as published:
        generation = published.facts().generation
        assert published.query("select count(*) from snapshots").item() % 7 == 0
        assert published.query("select count(*) from lineage").item() == 7
    seen.append(generation)
    print(generation, flush=True)
assert seen == sorted(seen), "a reader went back in time"
"""

HOLDER = """
import sys, time
from pathlib import Path
from tracker import store
folder, stop = Path(sys.argv[1]), Path(sys.argv[2])
with store.open_published(folder, memory_limit="200MB") as published:
    first = published.facts()
    print("ready", flush=True)
    while not stop.exists():
        assert published.facts() == first
        assert published.query("select count(*) from snapshots").item() == 7
        time.sleep(0.05)
print(first.generation)
"""


@pytest.fixture
def small(tmp_path: Path) -> Registry:
    return small_registry(tmp_path / "registry")


def seven(number: int) -> list[dict[str, object]]:
    return [model(f"a/m{n}", n, likes=number) for n in range(1, 8)]


def test_the_link_leads_to_a_whole_read_only_file(settings: Settings, small: Registry) -> None:
    impatient = dataclasses.replace(settings, grace_seconds=0.001)
    for number in range(5):
        update(impatient, small, land(settings.data_dir, night(number), seven(number)))

    link = settings.data_dir / "tracker.duckdb"
    assert link.readlink() == Path("tracker-000005.duckdb")
    assert link.stat().st_mode & 0o777 == 0o444
    names = sorted(path.name for path in settings.data_dir.glob("tracker*"))
    assert names == [
        "tracker-000003.duckdb",
        "tracker-000004.duckdb",
        "tracker-000005.duckdb",
        "tracker.duckdb",
    ]


def test_an_open_reader_keeps_its_copy_and_a_new_one_gets_the_new(settings: Settings, small: Registry) -> None:
    update(settings, small, land(settings.data_dir, night(0), seven(0)))
    with store.open_published(settings.data_dir) as old:
        for number in range(1, 5):
            update(settings, small, land(settings.data_dir, night(number), seven(number)))
        with store.open_published(settings.data_dir) as new:
            assert (old.facts().generation, new.facts().generation) == (1, 5)
            assert old.query("select max(snapshot_date) from snapshots").item() == night(0)
            assert new.query("select max(snapshot_date) from snapshots").item() == night(4)
            assert old.query("select count(*) from model_history('a/m1')").item() == 1


def test_two_copies_open_in_one_process_are_sealed_each(settings: Settings, small: Registry) -> None:
    update(settings, small, land(settings.data_dir, night(0), seven(0)))
    with store.open_published(settings.data_dir) as one, store.open_published(settings.data_dir) as two:
        assert one.query("select count(*) from models").item() == two.query("select count(*) from models").item() == 7


def test_a_moved_folder_keeps_working(settings: Settings, small: Registry, tmp_path: Path) -> None:
    for number in range(2):
        update(settings, small, land(settings.data_dir, night(number), seven(number)))
    moved = settings.data_dir.rename(tmp_path / "elsewhere")
    questions = [
        "select count(*) from snapshots",
        "select count(*) from model_history('a/m1')",
        f"select count(*) from movers('{night(0)}', '{night(1)}')",
        f"select count(*) from models_as_of('{night(1)}')",
        "select count(*) from daily_downloads",
        "select count(*) from history",
        "select count(*) from models",
        "select count(*) from lineage",
        "select count(*) from nearest",
        "select count(*) from latest",
    ]
    with store.open_published(moved) as published:
        assert [published.query(sql).item() for sql in questions] == [14, 2, 7, 7, 7, 14, 7, 7, 7, 7]

    with store.open_work(Settings(data_dir=moved, memory_limit="1GB")) as work:
        path = work.publish()
    with store.open_published(moved) as published:
        assert published.query("select value from about where key = 'data_dir'").item() == str(moved.resolve())
    assert path == moved / "tracker-000003.duckdb"
    assert store.verify_record(moved) == []


def test_a_copy_of_before_a_column_and_a_view_answers_where_it_is_moved(
    settings: Settings, small: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(settings, small, land(settings.data_dir, night(0), seven(0)))
    moved = settings.data_dir.rename(tmp_path / "elsewhere")
    (models,) = (each for each in annotated.relations("published.sql") if each.name == "models")
    mood = annotated.Column("mood", "mood varchar", "how it feels")
    later = dataclasses.replace(models, columns=(*models.columns, mood))
    view = annotated.Relation("view", "moods", "create view moods as\nselect mood from moods_of_models", (), ())
    known = {name: annotated.relations(name) for name in annotated.FILES}
    known["published.sql"] = tuple(later if each is models else each for each in known["published.sql"])
    known["published_views.sql"] += (view,)
    monkeypatch.setattr(annotated, "relations", known.__getitem__)

    with store.open_published(moved) as published:
        assert published.query("select count(*) as n, count(mood) as told from models").row(0) == (7, 0)
        assert published.query("select count(*) from latest").item() == 7


def test_nothing_loaded_is_not_published(settings: Settings) -> None:
    with store.open_work(settings) as work, pytest.raises(StoreError, match="nothing is loaded yet"):
        work.publish()


def test_leftovers_of_a_cut_off_publish_are_cleared(settings: Settings, small: Registry) -> None:
    update(settings, small, land(settings.data_dir, night(0), seven(0)))
    for name in ("tracker-000002.duckdb.tmp", "tracker-000002.duckdb.tmp.wal", "tracker.duckdb.link"):
        (settings.data_dir / name).write_bytes(b"half")
    with store.open_work(settings) as work:
        work.publish()

    assert not list(settings.data_dir.glob("*.tmp*"))
    with store.open_published(settings.data_dir) as published:
        assert published.facts().generation == 2


@pytest.mark.parametrize(
    "publishes", [3, pytest.param(8, marks=pytest.mark.slow), pytest.param(300, marks=pytest.mark.soak)]
)
def test_readers_never_fail_while_copies_are_published(
    settings: Settings, small: Registry, tmp_path: Path, publishes: int
) -> None:
    """Three processes open, query and close without pause, one keeps its copy open; the collector goes on."""
    update(settings, small, land(settings.data_dir, night(0), seven(0)))
    stop = tmp_path / "stop"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(settings.data_dir), str(stop)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for script in (READER, READER, READER, HOLDER)
    ]
    for reader in readers:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
    with store.open_work(settings) as work:
        for number in range(publishes):
            if number % 5 == 2:
                work.load(land(settings.data_dir, night(number), seven(number)))
            work.publish()
    time.sleep(0.2)
    stop.touch()
    answers = [reader.communicate(timeout=60) for reader in readers]

    for reader, (_, complaint) in zip(readers, answers, strict=True):
        assert (reader.returncode, complaint) == (0, "")
    reads = [line for out, _ in answers[:3] for line in out.splitlines()]
    assert len(reads) > 10
    assert len(set(reads)) > 3
    assert answers[3][0] == "1\n"
