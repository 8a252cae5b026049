"""What cannot be recovered is kept twice, and comes back whole or not at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_line import tracker
from tests.store.nights import land, model, night, small_registry, update
from tests.store.published_copy import check_same, contents
from tracker import store
from tracker.errors import StoreError
from tracker.registry import Registry
from tracker.settings import Settings
from tracker.store.base import generations


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return small_registry(tmp_path / "registry")


@pytest.fixture
def loaded(settings: Settings, registry: Registry) -> Callable[[int], None]:
    def load(number: int) -> None:
        day = night(number)
        update(settings, registry, land(settings.data_dir, day, [model("Qwen/Qwen3-8B", 1), model("b/y", 2 + number)]))

    return load


def of_copies(folder: Path) -> int:
    return len([path for of in ("pieces", "parts", "rollups", "delta") for path in folder.glob(f"{of}/*/*.parquet")])


def test_a_backup_brings_everything_back(
    settings: Settings, loaded: Callable[[int], None], registry: Registry, tmp_path: Path
) -> None:
    for number in (0, 1, 30):  # the last begins another month
        loaded(number)
    folder, elsewhere = tmp_path / "backup", tmp_path / "elsewhere"
    first = store.back_up(settings, folder)
    # the database, three nights in two files each, a month by model; three manifests, the registry; and what the three
    # copies said of models, rolled up, and held themselves
    said = of_copies(folder)
    assert (first.files, first.copied) == (18 + said, 18 + said)
    loaded(31)
    told = contents(settings.data_dir)
    second = store.back_up(settings, folder)
    # a night in two files, its manifest, what its copy says otherwise, and the database anew
    more = of_copies(folder) - said
    assert (second.files, second.copied) == (first.files + 3 + more, 4 + more)
    assert more > 1
    assert len(list(folder.glob("work-*.duckdb"))) == 1

    shutil.rmtree(settings.data_dir)
    done = tracker("restore", str(folder), "--data-dir", str(elsewhere))
    assert done.returncode == 0 and f"{second.files} files" in done.stdout
    check_same(contents(elsewhere), told)
    assert "published" in done.stdout and "tracker-000004.duckdb" in done.stdout
    assert generations.numbers(elsewhere) == [1, 2, 3, 4]  # and none that is new
    assert store.verify_record(elsewhere) == []
    with store.open_published(elsewhere, generation=2) as published:
        assert published.query("select max(snapshot_date) from nights").item() == night(1)
    moved = elsewhere.rename(tmp_path / "moved")
    with store.open_published(moved) as published:
        assert published.query("select count(*) from events").item() == told["events"].height
        assert published.query("select count(*) from snapshots").item() == 8
    moved.rename(elsewhere)
    restored = Settings(data_dir=elsewhere)
    update(restored, registry, land(elsewhere, night(32), [model("Qwen/Qwen3-8B", 1)]))  # and life goes on


def test_a_backup_that_fails_leaves_the_last_one_whole(
    settings: Settings, loaded: Callable[[int], None], tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    loaded(0)
    store.back_up(settings, folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    loaded(1)
    for path in settings.data_dir.glob(f"snapshots/snapshot_date={night(1)}/*.parquet"):
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(StoreError, match="does not have the checksum"):
        store.back_up(settings, folder)
    assert {path: path.read_bytes() for path in before} == before
    store.restore(Settings(data_dir=tmp_path / "again"), folder)


def test_a_backup_of_another_record_is_left_alone(
    settings: Settings, loaded: Callable[[int], None], registry: Registry, tmp_path: Path
) -> None:
    """A folder begun anew after a loss must not take the place of what could bring the old one back."""
    folder = tmp_path / "backup"
    loaded(0)
    store.back_up(settings, folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    anew = Settings(data_dir=tmp_path / "anew")
    update(anew, registry, land(anew.data_dir, night(0), [model("a/x", 9)], attempt=2))
    with pytest.raises(StoreError, match="the backup of another record"):
        store.back_up(anew, folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before

    update(settings, registry, land(settings.data_dir, night(0), [model("a/x", 9)], attempt=3))
    store.back_up(settings, folder)  # the one night of this record was replaced, which is no other record


def test_what_cannot_be_backed_up_or_restored_says_why(
    settings: Settings, loaded: Callable[[int], None], tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    with pytest.raises(StoreError, match="nothing to back up"):
        store.back_up(settings, folder)
    loaded(0)
    with pytest.raises(StoreError, match="lies in the data folder"):
        store.back_up(settings, settings.data_dir / "backup")
    with pytest.raises(StoreError, match="no whole backup"):
        store.restore(Settings(data_dir=tmp_path / "new"), folder)
    store.back_up(settings, folder)
    with pytest.raises(StoreError, match="holds data already"):
        store.restore(settings, folder)

    listed = json.loads((folder / "backup.json").read_text())
    (folder / "backup.json").write_text(json.dumps(listed | {"files": {**listed["files"], "../x": "0"}}))
    with pytest.raises(StoreError, match="outside the backup"):
        store.restore(Settings(data_dir=tmp_path / "new"), folder)
    (folder / "backup.json").write_text(json.dumps(listed))
    (folder / listed["database"]).write_bytes(b"")
    with pytest.raises(StoreError, match="does not have the checksum"):
        store.restore(Settings(data_dir=tmp_path / "new"), folder)
    assert not (tmp_path / "new" / "work.duckdb").exists()
    shutil.copyfile(settings.data_dir / "work.duckdb", folder / listed["database"])
    store.restore(Settings(data_dir=tmp_path / "new"), folder)  # one that was cut off may be repeated
