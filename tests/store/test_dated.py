"""Nights of an older format are written anew with their day inside: once, resumable, and nothing is lost on the way."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.planted import NIGHTS
from tests.store.nights import land, model, night, small_registry, update
from tracker import files, store
from tracker.errors import StoreError
from tracker.settings import Settings
from tracker.sql import connect
from tracker.store.record import archive, dated

KEPT = Path(__file__).parents[1] / "kept" / "folder-2.tar.gz"  # its closed month is made of eleven nights


@pytest.fixture
def older(tmp_path: Path) -> Settings:
    """A folder of before: days stand in the names of its folders alone."""
    with tarfile.open(KEPT) as kept:
        kept.extractall(tmp_path, filter="data")
    return Settings(data_dir=tmp_path / "data", memory_limit="1GB")


def nights(settings: Settings) -> list[Any]:
    """Return the newest migration, and what is noted of nights and months."""
    connection = connect.instance("500MB")
    connect.attach(connection, settings.data_dir / "work.duckdb", "work", read_only=True)
    found = [
        connect.rows(connection, sql)
        for sql in (
            "select max(number) from migrations",
            "select file, sha256, bytes, models, downloads_30d, rows_sha256 from nights order by all",
            "select file, sha256, made_of from months order by all",
        )
    ]
    connection.close()
    return found


def told(settings: Settings, generation: int | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """Return what a copy shows of nights."""
    tables = ("snapshots", "history", "counters")
    with store.open_published(settings.data_dir, generation=generation) as published:
        return {table: published.query(f"from {table} order by all").rows() for table in tables}


def stops_at(number: int) -> Callable[..., archive.RecordFile]:
    """Return a writer of nights that finds the disk full at one of them."""
    written, write_night = 0, archive.write_night

    def write(*args: Any, **night: Any) -> archive.RecordFile:
        nonlocal written
        written += 1
        if written == number:
            raise OSError(28, "No space left on device")
        return write_night(*args, **night)

    return write


def test_every_night_holds_its_day(older: Settings) -> None:
    before = nights(older)
    with store.open_work(older):
        pass
    after = nights(older)
    assert [cells[3:] for cells in after[1]] == [cells[3:] for cells in before[1]]  # models, sums, hash of the rows
    for file, sha256, size, *_ in after[1]:
        path = older.data_dir / file
        day = date.fromisoformat(path.parent.name.removeprefix("snapshot_date="))
        frame = pl.read_parquet(path, hive_partitioning=False)
        assert frame["snapshot_date"].unique().to_list() == [day]
        assert archive.holds_day(path) and size == path.stat().st_size and files.sha256(path) == sha256
    assert len(after[1]) == len(NIGHTS)
    assert after[2][0][:2] == before[2][0][:2]  # the month stays, and is of the new files
    assert set(after[2][0][2]) <= {file for file, *_ in after[1]}
    with store.open_work(older) as work:
        work.publish()
    assert nights(older)[2] == after[2]
    assert store.verify_record(older.data_dir) == []


def test_a_generation_of_before_reads_its_own_files(older: Settings) -> None:
    before = told(older)
    with store.open_published(older.data_dir) as published:
        first = published.facts().generation
    with store.open_work(older) as work:
        work.publish()
    assert told(older) == told(older, first) == before


def test_what_was_cut_off_changes_nothing_and_goes_on(older: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before, expected = nights(older), told(older)
    monkeypatch.setattr("tracker.store.record.dated.archive.write_night", stops_at(4))
    with pytest.raises(StoreError, match="the disk is full"), store.open_work(older):
        pass
    assert nights(older) == before
    assert told(older) == expected
    left = {path: path.stat().st_mtime_ns for path in older.data_dir.glob("snapshots/*/*-2.parquet")}
    assert len(left) >= 3
    monkeypatch.undo()
    with store.open_work(older) as work:
        work.publish()
    assert all(path.stat().st_mtime_ns == moment for path, moment in left.items())
    assert told(older) == expected
    assert store.verify_record(older.data_dir) == []


def test_a_night_that_is_missing_is_named(older: Settings) -> None:
    before = nights(older)
    (older.data_dir / before[1][2][0]).unlink()
    with (
        pytest.raises(StoreError, match=r"cannot be brought forward; put it back from a backup"),
        store.open_work(older),
    ):
        pass
    assert nights(older) == before


def test_any_engine_reads_the_days_from_the_files(settings: Settings, tmp_path: Path) -> None:
    """As they lie, in one folder, whatever the folders above are called."""
    small = small_registry(tmp_path / "registry")
    for number in range(3):
        update(settings, small, land(settings.data_dir, night(number), [model("a/x", 1), model("b/y", 2)]))
    together = tmp_path / "together"
    together.mkdir()
    for path in settings.data_dir.glob("snapshots/*/*.parquet"):
        (together / f"{path.parent.name[-2:]}.parquet").write_bytes(path.read_bytes())
    expected = [(night(number), 2) for number in range(3)]
    by_duckdb = duckdb.sql(f"select snapshot_date, count(*) from '{together}/*.parquet' group by all order by all")
    assert by_duckdb.fetchall() == expected
    by_polars = pl.scan_parquet(together / "*.parquet").group_by("snapshot_date").len().sort("snapshot_date").collect()
    assert by_polars.rows() == expected
    as_they_lie = pl.scan_parquet(settings.data_dir / "snapshots" / "*" / "*.parquet").collect()
    assert as_they_lie["snapshot_date"].n_unique() == 3


def test_what_took_whose_place_is_noted_once(older: Settings) -> None:
    connection = connect.instance("500MB")
    connect.attach(connection, older.data_dir / "work.duckdb", "work", read_only=True)
    first = dated.write_anew(connection, older.data_dir)
    again = dated.write_anew(connection, older.data_dir)
    connection.close()
    assert first == again and len(first) == len(NIGHTS)
