"""What is purged goes out of earlier generations too: rows, names, files, landed pages; the chain says so."""

from __future__ import annotations

import dataclasses
import json
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.command_line import tracker
from tests.store.nights import land, model, night, small_registry, update
from tracker import pipeline, store
from tracker.errors import StoreError
from tracker.settings import Settings
from tracker.store.base import generations
from tracker.store.publish import purging

SECRET = "private-corp/secret"
DAYS = (date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Four nights over the end of a month, with a model that turns out to be private."""
    place = tmp_path_factory.mktemp("lived")
    settings = Settings(data_dir=place / "data", registry=place / "registry", memory_limit="1GB", grace_seconds=0.001)
    small = small_registry(place / "registry")
    for number, day in enumerate(DAYS):
        models = [model("Qwen/Qwen3-8B", 1, likes=number), model(SECRET, 3, downloads_30d=700, trending_score=9.0)]
        models.append(model(f"a/of-{number}", 4 + number, parents=[(1, "Qwen/Qwen3-8B")]))
        update(settings, small, land(settings.data_dir, day, models))
    return settings


@pytest.fixture
def folder(lived: Settings, settings: Settings) -> Settings:
    shutil.copytree(lived.data_dir, settings.data_dir, symlinks=True)
    return dataclasses.replace(lived, data_dir=settings.data_dir)


def holding(data_dir: Path, condition: str, column: str) -> list[str]:
    """Return the Parquet files with rows of which a condition holds, of those that have this column."""
    found = []
    for path in sorted(data_dir.rglob("*.parquet")):
        source = f"read_parquet('{path}', hive_partitioning = false)"
        columns = {name for (name,) in duckdb.sql(f"select column_name from (describe from {source})").fetchall()}
        if column in columns and duckdb.sql(f"select count(*) from {source} where {condition}").fetchall() != [(0,)]:
            found.append(path.relative_to(data_dir).as_posix())
    return found


def find_private(settings: Settings) -> None:
    with store.open_work(settings) as work:
        work._connection.execute(f"update model_facts set private = true where model_id = '{SECRET}'")
    pipeline.publish(settings)


def key_of(settings: Settings) -> int:
    with store.open_published(settings.data_dir) as published:
        return int(published.query(f"select model_key from models where model_id = '{SECRET}'").item())


def test_a_private_repository_goes_out_of_every_generation(folder: Settings) -> None:
    key = key_of(folder)
    before = {number: generations.read(folder.data_dir, number).facts["copy_id"] for number in (1, 2, 3, 4)}
    originals = {path: path.read_bytes() for path in (folder.data_dir / "generations").glob("00000?.json")}
    assert holding(folder.data_dir, f"model_key = {key}", "model_key")
    find_private(folder)
    assert holding(folder.data_dir, f"model_key = {key}", "model_key") == []
    assert holding(folder.data_dir, f"model_id = '{SECRET}'", "model_id") == []
    assert list((folder.data_dir / "landing").glob("hub_models/*/*")) == []
    assert store.verify_record(folder.data_dir) == []
    assert {path: path.read_bytes() for path in originals} == originals  # the chain stays what it was
    for number, day in enumerate(DAYS, 1):
        with store.open_published(folder.data_dir, generation=number) as published:
            facts = published.facts()
            assert facts.snapshot_date == day and facts.copy_id != before[number]
            names = published.query("select model_id from models where removed_at is null order by all")["model_id"]
            assert names.to_list() == ["Qwen/Qwen3-8B", f"a/of-{number - 1}"]
            assert published.query(f"select count(*) from snapshots where model_key = {key}").item() == 0
            assert published.query("select likes from models where model_id = 'Qwen/Qwen3-8B'").item() == number - 1
            assert published.query("select downloads_30d from nights order by snapshot_date").rows()[0] == (705,)
    told = store.purged(folder.data_dir)
    assert len(told) == 4 and "generation 1 of 2026-10-30 was purged of" in told[0]
    assert "1 private repository" in told[0] and before[1][:12] in told[0]
    doctor = tracker("doctor", "--record", "--data-dir", str(folder.data_dir))
    assert "was purged of" in doctor.stdout


def test_a_night_goes_out_of_every_generation(folder: Settings) -> None:
    gone = date(2026, 10, 31)
    asked = ("forget", "--date", gone.isoformat(), "--purge", "--yes", "--json", "--data-dir", str(folder.data_dir))
    done = tracker(*asked, "--registry", str(folder.registry))
    assert done.returncode == 0, done.stderr
    assert "purged from earlier generations" in done.stderr and "backups, exports and published files" in done.stderr
    told = holding(folder.data_dir, f"snapshot_date = '{gone}'", "snapshot_date")
    records = [each for each in told if each.startswith(("snapshots", "history"))]
    assert records == []
    assert not (folder.data_dir / "landing" / "hub_models" / gone.isoformat()).exists() or not list(
        (folder.data_dir / "landing" / "hub_models" / gone.isoformat()).iterdir()
    )
    assert store.verify_record(folder.data_dir) == []
    with store.open_published(folder.data_dir, generation=3) as published:
        days = published.query("select distinct snapshot_date from snapshots order by all")["snapshot_date"].to_list()
        assert days == [DAYS[0], DAYS[2]]
        assert (
            published.query("select distinct snapshot_date from history order by all")["snapshot_date"].to_list()
            == days
        )
    with store.open_published(folder.data_dir, generation=1) as published:
        assert published.query("select count(*) from snapshots").item() == 3
    assert {told.split(" of ")[0] for told in store.purged(folder.data_dir)} == {
        "generation 2", "generation 3", "generation 4"
    }  # fmt: skip


def test_one_that_is_cut_off_goes_on(folder: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    key = key_of(folder)
    written = purging._write_successor
    calls = 0

    def stops(*args: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise OSError(28, "No space left on device")
        written(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(purging, "_write_successor", stops)
    with pytest.raises(StoreError, match="the disk is full"):
        find_private(folder)
    monkeypatch.undo()
    assert holding(folder.data_dir, f"model_key = {key}", "model_key")
    pipeline.publish(folder)
    assert holding(folder.data_dir, f"model_key = {key}", "model_key") == []
    assert store.verify_record(folder.data_dir) == []
    assert len(store.purged(folder.data_dir)) >= 4
    pipeline.publish(folder)
    assert len(generations.succeeded(folder.data_dir)) == len(store.purged(folder.data_dir))


def test_a_successor_that_was_changed_is_named(folder: Settings) -> None:
    find_private(folder)
    (path,) = generations.succeeded(folder.data_dir)[2]
    told = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(told | {"instead_of": "0"}), encoding="utf-8")
    problems = [str(each) for each in store.verify_record(folder.data_dir)]
    assert any("takes the place of another manifest" in each for each in problems), problems


def test_a_backup_carries_what_took_the_place_of_manifests(folder: Settings, tmp_path: Path) -> None:
    find_private(folder)
    store.back_up(folder, tmp_path / "backup")
    restored = dataclasses.replace(folder, data_dir=tmp_path / "restored")
    pipeline.restore(restored, tmp_path / "backup")
    assert store.purged(restored.data_dir) == store.purged(folder.data_dir)
    with store.open_published(restored.data_dir, generation=2) as published:
        assert published.query(f"select count(*) from models where model_id = '{SECRET}'").item() == 0
    update(folder, small_registry(tmp_path / "again"), land(folder.data_dir, night(2), [model("Qwen/Qwen3-8B", 1)]))
