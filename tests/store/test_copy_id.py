"""A copy's id follows from what was put in: nights, registry, method, Hub. From nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.registry_folder import add_row
from tests.store.nights import hub_id, land, model, small_registry
from tracker import registry, store
from tracker.pipeline import trace
from tracker.registry import Registry
from tracker.settings import Settings
from tracker.sql import connect
from tracker.store.record.night_hash import night_hash

DAYS = (date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 1))

Models = list[dict[str, Any]]


def models(day: date) -> Models:
    return [
        model("Qwen/Qwen3-8B", 1, likes=day.day, tags=["license:mit", "text"], trending_score=1.5),
        model("a/tuned", 2, parents=[(1, "Qwen/Qwen3-8B")], pipeline_tag="text-generation"),
        model("b/none", 3, downloads_30d=None),
    ]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    return small_registry(tmp_path_factory.mktemp("registry"))


def collect(
    data_dir: Path,
    known: Registry,
    days: Iterable[date] = DAYS,
    change: Callable[[Models], Models] = lambda rows: rows,
    **about: Any,
) -> Settings:
    """Load the nights in this order, the last of DAYS changed, resolve and publish once."""
    settings = Settings(data_dir=data_dir, memory_limit="1GB")
    with store.open_work(settings) as work:
        for day in days:
            rows = models(day)
            work.load(land(data_dir, day, change(rows) if day == DAYS[-1] else rows, **about))
        trace(work, known, restate=True)
        work.publish()
    return settings


def id_of(data_dir: Path) -> str:
    with store.open_published(data_dir) as published:
        copy_id = published.facts().copy_id
    assert copy_id is not None and len(copy_id) == 64
    return copy_id


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, small: Registry) -> Path:
    return collect(tmp_path_factory.mktemp("made") / "data", small).data_dir


@pytest.fixture
def copied(made: Path, tmp_path: Path) -> Settings:
    shutil.copytree(made, tmp_path / "copied", symlinks=True)
    return Settings(data_dir=tmp_path / "copied", memory_limit="1GB")


def test_the_order_of_loading_does_not_matter(made: Path, small: Registry, tmp_path: Path) -> None:
    """Keys, files and the present state differ; what was put in does not."""
    other = collect(tmp_path / "data", small, (DAYS[2], DAYS[0], DAYS[1]))
    assert id_of(other.data_dir) == id_of(made)


def test_the_order_of_rows_and_their_files_do_not_matter(made: Path, small: Registry, tmp_path: Path) -> None:
    other = collect(tmp_path / "data", small, change=lambda rows: rows[::-1], attempt=7)
    assert id_of(other.data_dir) == id_of(made)


def test_loading_resolving_and_publishing_again_do_not_matter(copied: Settings, made: Path, small: Registry) -> None:
    with store.open_work(copied) as work:
        work.load(land(copied.data_dir, DAYS[-1], models(DAYS[-1]), attempt=2))
        trace(work, small, restate=True)
        work.publish()
        work.publish()
    assert id_of(copied.data_dir) == id_of(made)


def test_a_folder_that_moved_or_came_back_from_a_backup_keeps_its_id(
    copied: Settings, made: Path, tmp_path: Path
) -> None:
    moved = copied.data_dir.rename(tmp_path / "moved")
    assert id_of(moved) == id_of(made)
    settings = Settings(data_dir=moved, memory_limit="1GB")
    store.back_up(settings, tmp_path / "backup")
    restored = Settings(data_dir=tmp_path / "restored", memory_limit="1GB")
    store.restore(restored, tmp_path / "backup")
    with store.open_work(restored) as work:
        work.publish()
    assert id_of(restored.data_dir) == id_of(made)


def test_exports_carry_the_id(made: Path, tmp_path: Path) -> None:
    store.export_single_file(made, tmp_path / "one.duckdb")
    store.export_parquet(made, tmp_path / "folder")
    with duckdb.connect(str(tmp_path / "one.duckdb"), read_only=True) as one:
        assert one.execute("select value from about where key = 'copy_id'").fetchall() == [(id_of(made),)]
    about = pl.read_parquet(tmp_path / "folder" / "about.parquet")
    assert about.filter(pl.col("key") == "copy_id")["value"].to_list() == [id_of(made)]


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: [rows[0] | {"likes": rows[0]["likes"] + 1}, *rows[1:]],
        lambda rows: [*rows[:2], rows[2] | {"downloads_30d": 0}],  # nothing told is not the same as none
        lambda rows: [rows[0] | {"tags": ["license:mit"]}, *rows[1:]],
        lambda rows: [rows[0] | {"trending_score": 1.6}, *rows[1:]],
        lambda rows: [rows[0], model("a/tuned", 2, parents=[(3, "b/none")], pipeline_tag="text-generation"), rows[2]],
        lambda rows: [rows[0], rows[1], rows[2] | {"model_id": "b/renamed"}],
        lambda rows: [*rows, model("c/more", 4)],
        lambda rows: rows[:2],
    ],
)
def test_another_row_is_another_id(
    made: Path, small: Registry, tmp_path: Path, change: Callable[[Models], Models]
) -> None:
    assert id_of(collect(tmp_path / "data", small, change=change).data_dir) != id_of(made)


@pytest.mark.parametrize("about", [{"scope": "top:3"}, {"endpoint": "https://other.example"}, {"synthetic": True}])
def test_another_scope_or_hub_is_another_id(made: Path, small: Registry, tmp_path: Path, about: dict[str, Any]) -> None:
    assert id_of(collect(tmp_path / "data", small, **about).data_dir) != id_of(made)


def test_another_night_is_another_id(made: Path, small: Registry, tmp_path: Path) -> None:
    assert id_of(collect(tmp_path / "data", small, DAYS[1:]).data_dir) != id_of(made)


def test_another_registry_is_another_id_from_resolving_on(copied: Settings, made: Path, tmp_path: Path) -> None:
    small_registry(tmp_path / "registry")
    add_row(tmp_path / "registry", "organizations", namespace="a", organization="A", country="US")
    with store.open_work(copied) as work:
        work.publish()
        assert id_of(copied.data_dir) == id_of(made)
        trace(work, registry.load(tmp_path / "registry"))
        work.publish()
    mixed = id_of(copied.data_dir)  # the newest night follows the new one, those before it the old one
    with store.open_work(copied) as work:
        trace(work, registry.load(tmp_path / "registry"), restate=True)
        work.publish()
    assert len({id_of(made), mixed, id_of(copied.data_dir)}) == 3


def test_synthetic_hubs_are_one_whatever_their_port(small: Registry, tmp_path: Path) -> None:
    ids = {
        id_of(collect(tmp_path / f"{port}", small, synthetic=True, endpoint=f"http://127.0.0.1:{port}").data_dir)
        for port in (8001, 8002)
    }
    assert len(ids) == 1


def test_a_night_of_before_there_were_hashes_is_hashed_by_its_record(
    copied: Settings, small: Registry, tmp_path: Path
) -> None:
    """The record keeps hub_id and counters; two folders that hold it agree, whatever their keys."""
    ids = set()
    for settings in (copied, collect(tmp_path / "data", small, (DAYS[2], DAYS[0], DAYS[1]))):
        with store.open_work(settings) as work:
            connect.rows(work._connection, "update nights set rows_sha256 = null, hashed_of = null")
            work.publish()
            kinds = connect.rows(work._connection, "select distinct hashed_of from nights")
        assert kinds == [("record",)]
        ids.add(id_of(settings.data_dir))
    assert len(ids) == 1


def test_a_column_without_a_value_changes_nothing() -> None:
    connection = connect.instance("500MB")
    plain = f"(select '{hub_id(1)}' as hub_id, 5::bigint as likes)"
    told = night_hash(connection, plain)
    assert night_hash(connection, f"(select *, null::varchar as later, 3 as page from {plain})") == told
    assert night_hash(connection, f"(select *, '' as later from {plain})") != told
    assert night_hash(connection, f"(from {plain} limit 0)") != told
    connection.close()


def test_the_hash_is_the_one_that_any_program_can_reckon() -> None:
    from hashlib import sha256

    connection = connect.instance("500MB")
    night = """(
      select * from (values
        ('b', 7::bigint, true, ['x', 'y'], timestamptz '2026-01-01 00:00:01+00', 1.5::double),
        ('a', null, false, null, null, null)
      ) as t(hub_id, likes, private, tags, created_at, trending_score)
    )"""
    a = "hub_id=a private=false"
    b = "created_at=1767225601000000 hub_id=b likes=7 private=true tags=x,y trending_score=1.500000"
    whole = "".join(sha256(row.replace(" ", "\x1e").replace(",", "\x1f").encode()).hexdigest() for row in (a, b))
    assert night_hash(connection, night) == sha256(whole.encode()).hexdigest()
    connection.close()
