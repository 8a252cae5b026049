"""Folders are places, not patterns: whatever they are called, a copy in them says the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

import tracker
from tests import planted
from tests.store.nights import land, update
from tracker import store
from tracker.settings import Settings
from tracker.sql.connect import instance, parquet

# what duckdb takes for a pattern, for a hive partition, or for the end of a string
NAMES = (
    "env=prod", "likes=7", "snapshot_date=2020-01-01", "model_key=1", "a*b", "a?b", "a[bc]d", "[", "**", "a]b", "it's",
    "two words", "%s {x} $y", "ünï", "model_id=7/likes=x",
)  # fmt: skip


def said(data_dir: Path) -> list[object]:
    """Return what a folder answers: counters, nights, shares, and the record itself."""
    with tracker.open(data_dir) as copy:
        counters = copy.sql("select snapshot_date, model_id, downloads_30d, likes from snapshots order by all").frame
        return [counters.rows(), copy.share(month="2026-09").frame.rows(), copy.trend(of="models").frame.rows()]


@pytest.fixture(scope="module")
def usual() -> list[object]:
    return said(planted.folder())


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_that_moved_there_says_the_same(name: str, usual: list[object], tmp_path: Path) -> None:
    shutil.copytree(planted.folder(), tmp_path / name / "data")
    (tmp_path / "aXb").mkdir()  # what a pattern would find as well
    assert said(tmp_path / name / "data") == usual


@pytest.mark.parametrize("name", ["likes=7", "a[b]*", "snapshot_date=2020-01-01"])
def test_a_night_is_loaded_and_published_there(name: str, tmp_path: Path) -> None:
    night = planted.SNAPSHOT
    known = planted.curated(tmp_path / "registry")
    found = []
    for data_dir in (tmp_path / "plain" / "data", tmp_path / name / "data"):
        settings = Settings(data_dir=data_dir, memory_limit="1GB", threads=1)
        update(settings, known, land(data_dir, night, planted.covered(night, "full")))
        found.append(said(data_dir))
    assert found[0] == found[1]


def test_a_folder_where_no_database_can_be_written_is_refused_in_a_sentence(tmp_path: Path) -> None:
    said = r"a\?b\S* has a question mark, after which the database reads options; name another folder$"
    with pytest.raises(tracker.TrackerError, match=said), store.open_work(Settings(data_dir=tmp_path / "a?b")):
        pass
    with pytest.raises(tracker.TrackerError, match=said):
        store.export_single_file(planted.folder(), tmp_path / "a?b.duckdb")


def test_a_pattern_in_a_path_finds_no_neighbour(tmp_path: Path) -> None:
    for at, name in enumerate(("a?b", "aXb", "ayb")):
        (tmp_path / name).mkdir()
        pl.DataFrame({"x": [at]}).write_parquet(tmp_path / name / "x.parquet")
    with instance("1GB") as connection:
        assert connection.execute(f"from {parquet(tmp_path / 'a?b' / 'x.parquet')}").fetchall() == [(0,)]


def test_a_folder_that_no_database_could_open_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(tracker.TrackerError, match="has a backslash"):
        tracker.open(tmp_path / "back\\slash")
