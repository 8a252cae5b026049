"""The Delta log beside the record: each publish is a version that any engine reads, and no version leads astray."""

from __future__ import annotations

import dataclasses
import functools
import json
import logging
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.killed_at import killed
from tests.registry_folder import add_row
from tests.store.delta_readers import COUNTED, READERS, Rows, by_deltalake, place_of
from tests.store.nights import land, model, night, small_registry, update
from tracker import pipeline, registry, store
from tracker.errors import StoreError
from tracker.forgetting.night import forget
from tracker.settings import Settings
from tracker.sql import connect
from tracker.store.base import generations
from tracker.store.delta import following, log
from tracker.store.delta.following import folders

SECRET = "private-corp/secret"
NIGHTS = 4


def models(number: int) -> list[dict[str, Any]]:
    named = [model("Qwen/Qwen3-8B", 1, likes=number), model(SECRET, 2, downloads_30d=700)]
    return [*named, *(model(f"a/of-{each}", 3 + each, parents=[(1, "Qwen/Qwen3-8B")]) for each in range(number + 1))]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Four nights over the end of a month, each published; one is replaced, one is a part first, one is forgotten."""
    place = tmp_path_factory.mktemp("lived")
    settings = Settings(data_dir=place / "data", registry=place / "registry", memory_limit="1GB", grace_seconds=0.001)
    small_registry(place / "registry")
    shutil.copy(registry.default_directory() / "definitions.csv", place / "registry")
    small = registry.load(place / "registry")
    for number in range(NIGHTS):
        day = night(number - 2)
        if number == 1:
            update(settings, small, land(settings.data_dir, day, models(1), scope="top:2", attempt=9))
        update(settings, small, land(settings.data_dir, day, models(number)))
        if number == 2:
            update(settings, small, land(settings.data_dir, day, models(2), attempt=2))
    forget(settings, night(-1), "hub_models")
    return settings


@pytest.fixture
def folder(lived: Settings, settings: Settings, tmp_path: Path) -> Settings:
    shutil.copytree(lived.data_dir, settings.data_dir, symlinks=True)
    assert lived.registry
    known = shutil.copytree(lived.registry, tmp_path / "registry")
    return dataclasses.replace(lived, data_dir=settings.data_dir, registry=known)


def infos(data_dir: Path, table: str = "snapshots") -> list[dict[str, Any]]:
    """Return what is said of each version."""
    return [each["commitInfo"] for _, found in versions(data_dir, table) for each in found if "commitInfo" in each]


def versions(data_dir: Path, table: str = "snapshots") -> list[tuple[int, list[dict[str, Any]]]]:
    found = sorted((folders(data_dir)[table] / "_delta_log").glob("*.json"))
    return [(int(path.stem), [json.loads(line) for line in path.read_text().splitlines()]) for path in found]


def content(data_dir: Path) -> dict[str, bytes]:
    """Return the files of all logs."""
    places = [place / "_delta_log" for place in folders(data_dir).values()]
    return {f"{at}/{path.name}": path.read_bytes() for at, place in enumerate(places) for path in place.iterdir()}


def kept(data_dir: Path) -> dict[int, int]:
    """Return the generation of each version that is kept with all its files."""
    chain, found = generations.Chain(data_dir), {}
    for version, info in enumerate(infos(data_dir)):
        tables = chain.read(info["generation"]).facts["tables"]
        named = [each["file"] for table, files in tables.items() if table != "database" for each in files]
        if not info.get("withdrawn") and all((data_dir / file).is_file() for file in named):
            found[version] = info["generation"]
    return found


@functools.cache
def told_by_copy(data_dir: Path, generation: int) -> Rows:
    with store.open_published(data_dir, generation=generation) as published:
        asked = COUNTED.replace("from t", "from counters")
        return sorted(published.query(f"select * replace (sum_d::bigint as sum_d, sum_l::bigint as sum_l) from "
                                      f"({asked}) as q(day, source, scope, n, sum_d, sum_l)").rows())  # fmt: skip


def check_versions(data_dir: Path) -> None:
    """Compare the first version that is kept and the newest with the copies of their generations."""
    found = list(kept(data_dir).items())
    for version, generation in (found[0], found[-1]):
        assert told_by_log(data_dir, version) == told_by_copy(data_dir, generation), version


def told_by_log(data_dir: Path, version: int | None = None, reader: str = "deltalake") -> Rows:
    return sorted(READERS[reader](place_of(data_dir / "snapshots"), version, COUNTED, {}))


@pytest.mark.parametrize("reader", READERS)
def test_every_version_is_what_the_copy_of_its_generation_named(lived: Settings, reader: str) -> None:
    of_generations = kept(lived.data_dir)
    assert len(of_generations) >= NIGHTS
    for version, generation in of_generations.items():
        assert told_by_log(lived.data_dir, version, reader) == told_by_copy(lived.data_dir, generation), version
    assert told_by_log(lived.data_dir, None, reader) == told_by_copy(lived.data_dir, max(of_generations.values()))


def test_each_publish_is_one_version_and_the_same_publish_is_none(folder: Settings) -> None:
    told = infos(folder.data_dir)
    assert [each["generation"] for each in told] == generations.numbers(folder.data_dir)
    before = content(folder.data_dir)
    pipeline.publish(folder)
    assert content(folder.data_dir) == before
    add_row(folder.registry, "organizations", namespace="a", organization="A", country="US")
    pipeline.resolve(folder)  # other lineage of the same nights
    newest = infos(folder.data_dir)[-1]
    assert len(infos(folder.data_dir)) == len(told) + 1
    assert newest["copyId"] != told[-1]["copyId"] and newest["generation"] == generations.numbers(folder.data_dir)[-1]
    assert store.verify_record(folder.data_dir) == []


def test_nobody_else_can_write_there(folder: Settings) -> None:
    deltalake = pytest.importorskip("deltalake", reason="needs deltalake (make extras)")
    table = deltalake.DeltaTable(place_of(folder.data_dir / "snapshots"))
    before = sorted(path for path in folder.data_dir.rglob("*"))
    for write in (
        lambda: table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False),
        lambda: table.optimize.compact(),
        lambda: table.delete(),
    ):
        with pytest.raises(deltalake.exceptions.DeltaError, match="tracker-isTheOnlyWriter"):
            write()
    assert sorted(path for path in folder.data_dir.rglob("*")) == before


def test_what_something_else_has_written_is_told_and_left(folder: Settings, caplog: pytest.LogCaptureFixture) -> None:
    place = folder.data_dir / "snapshots" / "_delta_log"
    foreign = json.dumps({"commitInfo": {"timestamp": 0, "engineInfo": "delta-rs"}}) + "\n"
    connection = connect.instance("500MB")
    for number, text in ((2, "no JSON"), (99, foreign)):  # damaged, then a gap
        path = place / f"{number:020}.json"
        was = path.read_text() if path.exists() else None
        path.write_text(text)
        with pytest.raises(StoreError, match=r"delete the folder .*: the next publish writes it anew"):
            log.Log(place.parent).newest(connection)
        path.unlink() if was is None else path.write_text(was)
    connection.close()
    (place / f"{len(infos(folder.data_dir)):020}.json").write_text(foreign)
    before = content(folder.data_dir)
    add_row(folder.registry, "organizations", namespace="a", organization="A", country="US")
    with caplog.at_level(logging.WARNING):
        assert pipeline.resolve(folder).exists()  # the copy is published all the same
    assert "the Delta log of snapshots is not brought up to date" in caplog.text and "delete the folder" in caplog.text
    assert content(folder.data_dir) == before
    assert any(each.file == "snapshots/_delta_log" for each in store.verify_record(folder.data_dir))
    shutil.rmtree(place)
    pipeline.publish(folder)
    assert store.verify_record(folder.data_dir) == []
    assert told_by_log(folder.data_dir) == told_by_copy(folder.data_dir, generations.numbers(folder.data_dir)[-1])


def test_of_two_writers_of_one_version_the_second_is_refused(folder: Settings) -> None:
    place = log.Log(folder.data_dir / "snapshots")
    connection = connect.instance("500MB")
    one, other = place.newest(connection), place.newest(connection)
    info = {"generation": 99, "day": "2026-12-01"}
    place.put(connection, one, [log.said_of(1, "WRITE", **info, by="one")])
    with pytest.raises(log.ForeignVersion, match="written by another process"):
        place.put(connection, other, [log.said_of(1, "WRITE", **info, by="other")])
    assert infos(folder.data_dir)[-1]["by"] == "one"
    assert not list(place.place.glob("*.tmp"))
    connection.close()


def is_killed(folder: Settings, nth: int, *words: str) -> bool:
    """Run a command on the folder, and return whether that was killed: before its nth step on a log."""
    places = ("--data-dir", str(folder.data_dir), "--registry", str(folder.registry))
    return killed(nth, "_delta_log", *words, *places, each_version_is_a_checkpoint=True)


def check_killed_publish(folder: Settings, nth: int) -> bool:
    """A publish that is killed leaves the version before or its own, and the next run completes it."""
    before, was = told_by_log(folder.data_dir), infos(folder.data_dir)[-1]
    add_row(folder.registry, "organizations", namespace=f"a{nth}", organization="A", country="US")
    was_killed = is_killed(folder, nth, "resolve")
    number = generations.numbers(folder.data_dir)[-1]
    assert told_by_log(folder.data_dir) == before, "old and new say the same of these nights"
    assert infos(folder.data_dir)[-1]["generation"] in (was["generation"], number)
    assert pipeline.publish(folder, if_due=True) is None
    assert infos(folder.data_dir)[-1]["generation"] == number
    assert [each for each in store.verify_record(folder.data_dir) if not each.file.endswith(".tmp")] == []
    return was_killed


def test_a_kill_leaves_a_log_that_the_next_run_completes(folder: Settings) -> None:
    assert check_killed_publish(folder, 2)  # the version has no name yet


@pytest.mark.soak
def test_a_kill_at_each_step_of_a_publish(folder: Settings) -> None:
    steps = 1
    while check_killed_publish(folder, steps):
        steps += 1
    assert steps > 4, "a version, then its checkpoint"


@pytest.mark.soak
def test_a_kill_at_each_step_of_a_purge(folder: Settings, tmp_path: Path) -> None:
    gone, steps, was_killed = night(0).isoformat(), 1, True  # each sixth: versions are written alike
    while was_killed:
        of_step = dataclasses.replace(folder, data_dir=tmp_path / f"killed-{steps}")
        shutil.copytree(folder.data_dir, of_step.data_dir, symlinks=True)
        was_killed = is_killed(of_step, steps, "forget", "--date", gone, "--purge", "--yes")
        told_by_log(of_step.data_dir)  # whichever it is, it can be read
        pipeline.publish(of_step)
        assert set(rows_of(of_step.data_dir, "snapshots", f"snapshot_date = '{gone}'")) == {0}
        check_versions(of_step.data_dir)
        assert [each for each in store.verify_record(of_step.data_dir) if not each.file.endswith(".tmp")] == []
        shutil.rmtree(of_step.data_dir)
        steps += 6
    assert steps > 60


def test_a_moved_folder_goes_on_and_a_restored_one_has_the_same_log(folder: Settings, tmp_path: Path) -> None:
    moved = dataclasses.replace(folder, data_dir=tmp_path / "moved")
    folder.data_dir.rename(moved.data_dir)
    before = infos(moved.data_dir)
    store.back_up(moved, tmp_path / "backup")
    small = registry.load(moved.registry)
    update(moved, small, land(moved.data_dir, night(5), models(1)))
    assert len(infos(moved.data_dir)) == len(before) + 1
    restored = dataclasses.replace(folder, data_dir=tmp_path / "restored")
    pipeline.restore(restored, tmp_path / "backup")
    check_versions(restored.data_dir)
    assert [info["copyId"] for info in infos(restored.data_dir)] == [info["copyId"] for info in before]
    assert store.verify_record(restored.data_dir) == []


def test_a_folder_without_a_log_gets_one_with_the_next_publish(folder: Settings) -> None:
    for place in folders(folder.data_dir).values():
        shutil.rmtree(place / "_delta_log")
    for path in (folder.data_dir / "generations").glob("*.json"):
        if int(path.stem) < 4:
            path.unlink()  # an earlier version wrote none
    pipeline.publish(folder)
    assert infos(folder.data_dir)[0]["generation"] >= 4
    check_versions(folder.data_dir)
    problems = [each for each in store.verify_record(folder.data_dir) if not each.file.startswith("generations")]
    assert problems == []


def is_whole(data_dir: Path, table: str, version: int) -> bool:
    """Return whether all files of a version are there."""
    deltalake = pytest.importorskip("deltalake", reason="needs deltalake (make extras)")
    named = deltalake.DeltaTable(place_of(folders(data_dir)[table]), version).file_uris()
    return all(Path(file.removeprefix("file://")).exists() for file in named)


def rows_of(data_dir: Path, table: str, condition: str) -> list[int]:
    """Return how many rows of each version that can be read fulfil a condition."""
    place, asked = place_of(folders(data_dir)[table]), f"select count(*) from t where {condition}"
    whole = [version for version, _ in versions(data_dir, table) if is_whole(data_dir, table, version)]
    return [by_deltalake(place, version, asked, {})[0][0] for version in whole]


def test_no_version_leads_back_to_what_was_purged(folder: Settings) -> None:
    with store.open_published(folder.data_dir) as published:
        key = published.query(f"select model_key from models where model_id = '{SECRET}'").item()
    of_it = f"model_key = {key}"
    before = len(infos(folder.data_dir))
    assert sum(rows_of(folder.data_dir, "models", of_it)) and sum(rows_of(folder.data_dir, "snapshots", of_it))
    with store.open_work(folder) as work:
        work._connection.execute(f"update model_facts set private = true where model_id = '{SECRET}'")
    pipeline.publish(folder)
    assert len(infos(folder.data_dir)) == before + 1
    assert set(rows_of(folder.data_dir, "snapshots", of_it)) == {0}
    for table in ("models", "lineage", "nearest"):
        assert set(rows_of(folder.data_dir, table, f"{of_it} or model_id = '{SECRET}'")) == {0}
    check_versions(folder.data_dir)
    assert any("purged" in info and info["purged"][0]["rows"] for info in infos(folder.data_dir))
    assert store.verify_record(folder.data_dir) == []
    held = [path for path in folder.data_dir.rglob("*.json") if SECRET in path.read_text()]
    assert held == []


def test_a_version_whose_files_are_deleted_says_so_and_gives_no_other_rows(folder: Settings) -> None:
    short = dataclasses.replace(folder, keep_generations=1)
    small = registry.load(folder.registry)
    for number in (5, 6):
        update(short, small, land(short.data_dir, night(number), models(1)))
    told = [file for info in infos(short.data_dir) for file in info.get("vacuumed", ())]
    assert told and not any((short.data_dir / file).exists() for file in told)
    assert len(told) == len(set(told))
    assert told_by_log(short.data_dir) == told_by_copy(short.data_dir, generations.numbers(short.data_dir)[-1])
    count = len(infos(short.data_dir))
    forget(short, night(5), "hub_models", purge=True)
    assert len(infos(short.data_dir)) == count + 1
    assert set(rows_of(short.data_dir, "snapshots", f"snapshot_date = '{night(5)}'")) == {0}
    lost = [version for version in range(count) if not is_whole(short.data_dir, "snapshots", version)]
    assert lost == [version for version, info in enumerate(infos(short.data_dir)) if info.get("isKept") is False]
    for version in lost:
        with pytest.raises(Exception, match=r"No such file|not found"):
            told_by_log(short.data_dir, version)
    assert store.verify_record(short.data_dir) == []


def test_a_checkpoint_spares_readers_what_was_before(folder: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "CHECKPOINT_EACH", 3)
    place = folder.data_dir / "snapshots" / "_delta_log"
    number = generations.numbers(folder.data_dir)[-1]
    connection = connect.instance("500MB")
    following.write_anew(connection, folder.data_dir, number)
    connection.close()
    last = json.loads((place / "_last_checkpoint").read_text())["version"]
    assert last >= len(infos(folder.data_dir)) - 3 and (place / f"{last:020}.checkpoint.parquet").exists()
    assert not list(place.parent.glob("*/*.tmp"))
    told = told_by_copy(folder.data_dir, generations.numbers(folder.data_dir)[-1])
    for version in range(last):
        (place / f"{version:020}.json").unlink()
    for reader in ("deltalake", "datafusion"):
        assert told_by_log(folder.data_dir, None, reader) == told
    update(folder, registry.load(folder.registry), land(folder.data_dir, night(12), models(1)))
    assert len(told_by_log(folder.data_dir)) == len(told) + 1


def test_where_the_last_night_is_forgotten_the_log_has_none(settings: Settings, tmp_path: Path) -> None:
    small = small_registry(tmp_path / "registry")
    known = dataclasses.replace(settings, registry=tmp_path / "registry")
    update(known, small, land(known.data_dir, night(0), models(0)))
    forget(known, night(0), "hub_models")
    assert told_by_log(known.data_dir) == [] and infos(known.data_dir)[-1]["withdrawn"]
    before = content(known.data_dir)
    with pytest.raises(StoreError, match="nothing is loaded"):
        pipeline.publish(known)
    assert content(known.data_dir) == before
    update(known, small, land(known.data_dir, night(1), models(1)))
    assert told_by_log(known.data_dir) == told_by_copy(known.data_dir, 2)


HARD = datetime(2026, 11, 3, 23, 59, 59, 999_999, tzinfo=UTC)


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A night with all that bounds of columns are wrong about: a moment of microseconds, NaN, long texts, nulls."""
    place = tmp_path_factory.mktemp("hard")
    settings = Settings(data_dir=place / "data", registry=place / "registry", memory_limit="1GB", copy_state="night")
    small = small_registry(place / "registry")
    hard_models = [
        model("a/newest", 1, created_at=HARD, trending_score=float("nan"), library_name="x" * 2000),
        model("a/" + "z" * 90, 2, trending_score=float("inf"), library_name=None, created_at=None),
        model("a/low", 3, trending_score=-1.5, library_name="\U0001f917", created_at=HARD - timedelta(days=99)),
    ]
    bare = [{**each, "downloads_all_time": None} for each in hard_models]
    update(settings, small, land(settings.data_dir, night(0), bare))
    update(settings, small, land(settings.data_dir, night(1), hard_models))
    return settings


@pytest.mark.parametrize("reader", READERS)
def test_bounds_hide_no_row(hard: Settings, reader: str) -> None:
    def count(table: str, condition: str) -> Any:
        asked = f"select count(*) from t where {condition}"
        return READERS[reader](place_of(folders(hard.data_dir)[table]), None, asked, {})[0][0]

    zoned = "timestamptz" if reader == "duckdb" else "timestamp with time zone"
    assert count("models", f"created_at >= {zoned} '2026-11-03 23:59:59.9995+00'") == 1
    assert count("models", f"created_at = {zoned} '2026-11-03 23:59:59.999999+00'") == 1
    assert count("models", f"created_at > {zoned} '2026-11-03 23:59:59.999999+00'") == 0
    assert count("models", "created_at is null") == 1
    assert count("models", "trending_score > 1e300") >= 1
    assert count("models", "trending_score < 0") == 1
    assert count("models", f"library_name = '{'x' * 2000}'") == 1
    assert count("models", "library_name >= 'xxx'") == 2
    assert count("models", f"model_id = 'a/{'z' * 90}'") == 1
    assert count("models", "removed_at is null") == 3
    assert count("snapshots", "downloads_all_time is null") == 3
    assert count("snapshots", "downloads_all_time >= 0") == 3
    assert count("snapshots", "model_key = 1") == 2


def test_the_log_is_plain_json_and_moments_have_a_zone(hard: Settings) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(word)

    for name, told in content(hard.data_dir).items():
        if not name.endswith(".json"):
            continue
        for line in told.decode().splitlines():
            action = json.loads(line, parse_constant=refuse)
            if "add" in action:
                json.loads(action["add"]["stats"], parse_constant=refuse)
            if "metaData" in action:
                types = {
                    each["name"]: each["type"] for each in json.loads(action["metaData"]["schemaString"])["fields"]
                }
                assert types.get("created_at") in (None, "timestamp")


def test_copies_of_the_state_are_as_people_read_it(hard: Settings) -> None:
    polars = pytest.importorskip("polars")
    pytest.importorskip("deltalake", reason="needs deltalake (make extras)")
    with store.open_published(hard.data_dir) as published:
        for table in ("models", "lineage", "nearest", "families"):
            expected = published.query(f"from {table} order by all")
            found = polars.read_delta(place_of(folders(hard.data_dir)[table]))
            assert found.select(expected.columns).sort(expected.columns, nulls_last=True).height == expected.height
            assert sorted(map(str, found.select(expected.columns).rows())) == sorted(map(str, expected.rows()))
    assert [date.fromisoformat(each["day"]) for each in infos(hard.data_dir, "models")] == [night(0), night(1)]


def test_a_copy_of_the_state_is_written_once_a_month(lived: Settings) -> None:
    told = infos(lived.data_dir, "models")
    assert [each["day"][:7] for each in told][:2] == ["2026-10", "2026-11"]
    assert len(told) == 3  # and once more, when a night was forgotten
