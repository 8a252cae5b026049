"""Bad disks, bad files, bad hands: a clear message each, and nothing lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.store.nights import land, model, night, small_registry, update
from tracker import lock, pipeline, store
from tracker.errors import StoreError
from tracker.registry import Registry
from tracker.settings import Settings

Ask = Callable[..., pl.DataFrame]

# run in a process of its own, whose limits or rights were taken away
LOAD = """
import logging, os, resource, sys
from pathlib import Path
from tests.store.nights import small_registry
from tracker import landing, lineage, lock, pipeline, store
from tracker.errors import TrackerError
from tracker.settings import Settings
import tracker.lineage.choose.inferred, tracker.store.export
data_dir, harm, registry = Path(sys.argv[1]), sys.argv[2], small_registry(Path(sys.argv[3]))
if harm.startswith("files of "):
    size = int(harm.split()[-1])
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
if harm == "no rights":
    os.setegid(65534)
    os.seteuid(65534)
run = landing.runs(data_dir)[-1]
try:
    with lock.hold(data_dir), store.open_work(Settings(data_dir=data_dir, memory_limit="1GB")) as work:
        work.load(run)
        pipeline.trace(work, registry)
        work.publish()
    print("done")
except TrackerError as error:
    print(f"{type(error).__name__} {error.exit_code} {error}")
"""


@pytest.fixture
def small(tmp_path: Path) -> Registry:
    return small_registry(tmp_path / "registry")


def many(number: int) -> list[dict[str, object]]:
    return [
        model(
            f"p{n % 97}/model-{n * 7919 % 10007}", n, downloads_30d=n * 31 % 977 + number, sha=f"{n * 2654435761:040x}"
        )
        for n in range(1, 4000)
    ]


def attempt(data_dir: Path, harm: str, tmp_path: Path) -> str:
    command = [sys.executable, "-c", LOAD, str(data_dir), harm, str(tmp_path / "child")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout.strip()


def state(settings: Settings) -> list[tuple[object, ...]]:
    with store.open_published(settings.data_dir) as published:
        return published.query(
            "select snapshot_date, count(*), sum(downloads_30d) from snapshots group by 1 order by 1"
        ).rows()


def at_length(*sizes: int) -> list[object]:
    return [pytest.param(size, marks=pytest.mark.soak) for size in sizes]


@pytest.mark.parametrize("size", [20_000, 300_000, *at_length(4_000, 40_000, 70_000, 150_000, 600_000, 900_000)])
def test_a_full_disk_loses_nothing(settings: Settings, small: Registry, tmp_path: Path, size: int) -> None:
    """Writes that fail at some size: of the record, the log, the database, the published copy."""
    update(settings, small, land(settings.data_dir, night(0), many(0)))
    before = state(settings)
    land(settings.data_dir, night(1), many(1))

    told = attempt(settings.data_dir, f"files of {size}", tmp_path)
    assert told.startswith("StoreError 1 ")
    assert "the disk is full; free some space and run again" in told
    assert state(settings) == before

    assert attempt(settings.data_dir, "nothing", tmp_path) == "done"
    assert [day for day, _, _ in state(settings)] == [night(0), night(1)]
    assert store.verify_record(settings.data_dir) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="gives up the rights of root to meet a folder of another owner")
def test_a_folder_that_may_not_be_written_says_so(settings: Settings, small: Registry, tmp_path: Path) -> None:
    update(settings, small, land(settings.data_dir, night(0), many(0)))
    # pytest's own folders above are closed to others, one more of them where the tests run in parallel
    for folder in (tmp_path, *(above for above in tmp_path.parents if "pytest-of-" in str(above))):
        folder.chmod(0o755)
    settings.data_dir.chmod(0o755)
    before = state(settings)

    told = attempt(settings.data_dir, "no rights", tmp_path)
    assert told.startswith("StoreError 1 ")
    assert "check its owner" in told
    assert state(settings) == before


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.write_bytes(b"not a database"),
        lambda path: path.write_bytes(b"\0" * 20_000),
        lambda path: path.write_bytes(path.read_bytes()[:5_000]),
        lambda path: path.write_bytes(path.read_bytes()[:4_096] + os.urandom(200_000) + path.read_bytes()[204_096:]),
    ],
)
def test_a_damaged_database_says_so(settings: Settings, small: Registry, harm: Callable[[Path], object]) -> None:
    update(settings, small, land(settings.data_dir, night(0), many(0)))
    harm(settings.data_dir / "work.duckdb")

    with pytest.raises(StoreError, match=r"work\.duckdb.*(damaged|put a good copy)"), store.open_work(settings) as work:
        work.load(land(settings.data_dir, night(1), many(1)))
    assert len(state(settings)) == 1


def test_a_truncated_landing_changes_nothing(settings: Settings, small: Registry) -> None:
    update(settings, small, land(settings.data_dir, night(0), many(0)))
    before = state(settings)
    run = land(settings.data_dir, night(1), many(1))
    [part] = run.parts
    part.write_bytes(part.read_bytes()[:-2_000])

    with store.open_work(settings) as work:
        with pytest.raises(StoreError, match="damaged"):
            work.load(run)
        part.unlink()
        with pytest.raises(StoreError, match="has no typed rows; collect the night again"):
            work.load(run)
        work.publish()
    assert state(settings) == before


def test_a_truncated_night_of_the_record_is_named(settings: Settings, small: Registry) -> None:
    update(settings, small, land(settings.data_dir, night(0), many(0)))
    [path] = (settings.data_dir / "snapshots").rglob("*.parquet")
    path.write_bytes(path.read_bytes()[:-1_000])

    with store.open_published(settings.data_dir) as published:
        with pytest.raises(StoreError, match=path.name):
            published.query("select sum(likes) from snapshots")
        assert published.query("select count(*) from models").item() == len(many(0))


def test_a_missing_night_of_the_record_is_named(settings: Settings, small: Registry) -> None:
    update(settings, small, land(settings.data_dir, night(0), many(0)))
    [path] = (settings.data_dir / "snapshots").rglob("*.parquet")
    path.unlink()

    with (
        store.open_published(settings.data_dir) as published,
        pytest.raises(StoreError, match="of the record is missing"),
    ):
        published.query("select sum(likes) from snapshots")
    with store.open_work(settings) as work, pytest.raises(StoreError, match="doctor --record"):
        pipeline.trace(work, small, restate=True)


def test_a_second_writer_is_sent_away(settings: Settings, small: Registry, tmp_path: Path) -> None:
    update(settings, small, land(settings.data_dir, night(0), many(0)))
    with lock.hold(settings.data_dir):
        assert attempt(settings.data_dir, "nothing", tmp_path).startswith("Busy 75 another run holds the lock")
    with store.open_work(settings):
        told = attempt(settings.data_dir, "nothing", tmp_path)
    assert told.startswith("Busy 75 cannot open")
    assert "another process has it open" in told


def test_a_database_of_a_newer_version_is_refused(settings: Settings) -> None:
    from tracker.sql import connect

    with store.open_work(settings):
        pass
    connection = connect.instance("1GB")
    connect.attach(connection, settings.data_dir / "work.duckdb", "work")
    connection.execute("insert into migrations values (9999, '9999_future.sql', now())")
    connection.close()

    with pytest.raises(StoreError, match="migration 9999, this program knows up to"), store.open_work(settings):
        pass
