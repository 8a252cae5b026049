"""A generation is a manifest: it names all its files, follows the one before, never changes; what none names goes."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import random
import re
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.registry_folder import add_row
from tests.store.nights import land, model, night, small_registry, update
from tracker import METHOD_VERSION, files, registry, store
from tracker.errors import StoreError
from tracker.pipeline import trace
from tracker.registry import Registry
from tracker.settings import Settings
from tracker.sql import connect
from tracker.store.base import differences, generations, touched


@pytest.fixture
def small(tmp_path: Path) -> Registry:
    return small_registry(tmp_path / "registry")


def models(number: int) -> list[dict[str, object]]:
    return [model("Qwen/Qwen3-8B", 1, likes=number), model("a/tuned", 2, parents=[(1, "Qwen/Qwen3-8B")])]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights of October and one of November, each published."""
    place = tmp_path_factory.mktemp("made")
    settings, known = Settings(data_dir=place / "data", memory_limit="1GB"), small_registry(place / "registry")
    for day in (date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 1)):
        update(settings, known, land(settings.data_dir, day, models(day.day)))
    return settings.data_dir


@pytest.fixture
def collected(settings: Settings, made: Path) -> Settings:
    """The same, free to change."""
    shutil.copytree(made, settings.data_dir, symlinks=True)
    return settings


def manifests(settings: Settings) -> dict[int, dict[str, Any]]:
    """Return the facts of all manifests that can be read."""
    chain = generations.Chain(settings.data_dir)
    found = {number: chain.read_if_whole(number) for number in generations.numbers(settings.data_dir)}
    return {number: dict(each.facts) for number, each in found.items() if each}


def publish(settings: Settings, today: date | None = None) -> dict[str, Any]:
    """Publish once more and return the new manifest."""
    with store.open_work(settings) as work:
        work.publish(today=today)
    return list(manifests(settings).values())[-1]


def test_a_manifest_names_every_file_and_where_it_comes_from(collected: Settings, small: Registry) -> None:
    newest = manifests(collected)[3]
    with store.open_published(collected.data_dir) as published:
        facts = published.facts()
        record = published.query("select file, models, sha256, bytes from record_files where month is null").rows()
    assert (newest["generation"], newest["copy_id"]) == (facts.generation, facts.copy_id)
    assert (newest["day"], newest["scope"], newest["synthetic"]) == ("2026-11-01", "full", False)
    assert newest["endpoint"] == "https://hub.example"
    assert newest["schema_version"] >= 5 and newest["method_version"] == METHOD_VERSION
    nights = newest["tables"]["nights"]
    assert [(each["day"], each["source"], each["hashed_of"]) for each in nights] == [
        (day, "hub_models", "landed") for day in ("2026-10-30", "2026-10-31", "2026-11-01")
    ]
    assert sorted((each["file"], each["rows"], each["sha256"], each["bytes"]) for each in nights) == sorted(record)
    assert [each["month"] for each in newest["tables"]["history"]] == ["2026-10"]
    kept = ["daily_flow", "daily_flow_of_publishers", "daily_rollup", "flow_families", "flow_flags", "flow_publishers"]
    rolled_up = [*kept, "daily_rollup"]  # of the closed month, and of the open one's last night
    assert [each["rollup"] for each in newest["tables"]["rollups"]] == rolled_up
    assert newest["tables"]["database"] == [{"file": "tracker-000003.duckdb"}]
    assert newest["registry"]["version"] == small.version
    for named in (*itertools.chain(*newest["tables"].values()), *newest["registry"]["files"]):
        path = collected.data_dir / named["file"]
        assert path.is_file()
        assert named.get("sha256", files.sha256(path)) == files.sha256(path)


def test_each_manifest_names_the_one_before_and_stays_as_it_was(collected: Settings) -> None:
    before = {path: path.read_bytes() for path in (collected.data_dir / "generations").iterdir()}
    publish(collected)
    for path, content in before.items():
        assert path.read_bytes() == content
    told = manifests(collected)
    assert told[1]["before"] is None
    for number in (2, 3, 4):
        path = collected.data_dir / "generations" / f"{number - 1:06}.json"
        assert told[number]["before"] == {"generation": number - 1, "sha256": files.sha256(path)}


def test_the_same_folder_published_the_same_way_gives_the_same_bytes(collected: Settings, tmp_path: Path) -> None:
    shutil.copytree(collected.data_dir, tmp_path / "elsewhere", symlinks=True)
    for data_dir in (collected.data_dir, tmp_path / "elsewhere"):
        publish(Settings(data_dir=data_dir, memory_limit="1GB"), today=night(9))
    name = "generations/000004.json"
    assert (collected.data_dir / name).read_bytes() == (tmp_path / "elsewhere" / name).read_bytes()


def test_a_generation_has_the_day_of_its_new_walk_else_of_this_machine(collected: Settings, small: Registry) -> None:
    assert publish(collected, today=date(2026, 11, 5))["day"] == "2026-11-05"
    assert publish(collected, today=date(2026, 11, 2))["day"] == "2026-11-05"  # a clock that was set back
    with store.open_work(collected) as work:  # an older night is no new newest one
        work.load(land(collected.data_dir, date(2026, 10, 1), models(1)))
        trace(work, small)
        work.publish(today=date(2026, 11, 6))
        assert list(manifests(collected).values())[-1]["day"] == "2026-11-06"
        work.load(land(collected.data_dir, date(2026, 11, 7), models(7)))
        trace(work, small)
        work.publish(today=date(2026, 11, 9))  # landed before midnight, published after
    assert list(manifests(collected).values())[-1]["day"] == "2026-11-07"


def test_the_registry_is_kept_once_by_its_content(collected: Settings, small: Registry, tmp_path: Path) -> None:
    kept = collected.data_dir / "registries" / small.version
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in kept.iterdir()}
    assert {path.name: content for path, (_, content) in before.items()} == small.content
    with store.open_work(collected) as work:
        trace(work, small, restate=True)
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in kept.iterdir()} == before

    add_row(tmp_path / "registry", "organizations", namespace="a", organization="A", country="US")
    changed = registry.load(tmp_path / "registry")
    assert publish(collected)["registry"]["version"] == small.version  # until it is resolved with
    with store.open_work(collected) as work:
        trace(work, changed, restate=True)
    assert publish(collected)["registry"]["version"] == changed.version
    assert len(list((collected.data_dir / "registries").iterdir())) == 2


@pytest.mark.parametrize("leave", [["tracker-000009.duckdb"], ["tracker-000009.duckdb", "generations/000009.json"]])
def test_a_publish_that_was_cut_off_is_tidied_by_the_next(collected: Settings, leave: list[str]) -> None:
    """Cut off before its link: readers keep the copy before, and nothing follows what they never had."""
    for name in leave:
        shutil.copy(collected.data_dir / name.replace("9", "3"), collected.data_dir / name)
    with store.open_published(collected.data_dir) as published:
        assert published.facts().generation == 3
    newest = publish(collected)
    assert (newest["generation"], newest["before"]["generation"]) == (10, 3)
    assert not any((collected.data_dir / name).exists() for name in leave)
    assert store.verify_record(collected.data_dir) == []


def test_most_manifests_tell_what_changed_since_the_one_before(
    settings: Settings, small: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And say the same as one that is whole, every file in its order, when tables come, change and go."""
    monkeypatch.setattr(generations, "WHOLE_EACH", 4)
    written: dict[int, Any] = {}
    write = generations.write
    monkeypatch.setattr(generations, "write", lambda *args: written.update({args[1]: args[2]}) or write(*args))
    for number in range(9):
        update(settings, small, land(settings.data_dir, night(min(number, 6)), models(number), attempt=number + 1))
    told = manifests(settings)
    for number, facts in written.items():
        assert {name: told[number][name] for name in facts} == facts
        assert list(told[number]["tables"]["pieces"]) == list(facts["tables"]["pieces"])
    whole = [number for number in told if "tables" in generations.head(settings.data_dir, number).facts]
    assert whole == [1, 5, 9]
    assert store.verify_record(settings.data_dir) == []
    path = generations.place(settings.data_dir, 6)
    path.write_text(path.read_text().replace('"since_whole": 1', '"since_whole": 2'))
    for number in (7, 8):
        with pytest.raises(StoreError, match=r"000007.json tells what changed since 000006.json, which was changed"):
            generations.read(settings.data_dir, number)
    assert generations.read(settings.data_dir, 5).facts["day"] and generations.read(settings.data_dir, 9).facts["day"]
    path.unlink()
    with pytest.raises(StoreError, match=r"since 000006.json, which is missing; put it back from a backup"):
        generations.read(settings.data_dir, 8)


def test_a_publish_reads_no_more_manifests_after_many(
    settings: Settings, small: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for those beside which files are looked for that no generation names."""
    monkeypatch.setattr(generations, "WHOLE_EACH", 3)
    read, counted = generations.head, []
    monkeypatch.setattr(generations, "head", lambda *args: counted.append(args[1]) or read(*args))
    impatient = dataclasses.replace(settings, grace_seconds=0.001)
    told = []
    for number in range(12):
        counted.clear()
        update(impatient, small, land(settings.data_dir, night(number), models(number)))
        told.append(len(counted))
    assert [told[number] for number in (7, 8)] == [told[number] for number in (10, 11)]
    assert told[9] > 9 > told[10]


def test_a_difference_leads_from_any_list_to_any_other() -> None:
    chosen = random.Random(1)
    for _ in range(300):
        lists = [
            {table: [{"file": f"{each}"} for each in chosen.sample(range(12), chosen.randrange(9))] for table in tables}
            for tables in (chosen.sample("abc", 2), chosen.sample("abc", 2))
        ]
        before, after = ({table: sorted(rows, key=str) for table, rows in each.items()} for each in lists)
        told = json.loads(json.dumps(differences.difference(before, after)))
        assert differences.applied(before, told) == after
    with pytest.raises(ValueError, match="more a than there were"):
        differences.applied({"a": []}, {"a": {"gone": [3], "came": []}})


def replace_newest(settings: Settings, small: Registry) -> str:
    """Collect the newest night again, leave a file of a load that was cut off, and return the file that is replaced."""
    nights = manifests(settings)[3]["tables"]["nights"]
    update(settings, small, land(settings.data_dir, date(2026, 11, 1), models(77), attempt=2))
    (settings.data_dir / "snapshots" / "snapshot_date=2026-11-01" / "cut-off.parquet").write_bytes(b"never named")
    return str(nights[-1]["file"])


def age(settings: Settings, number: int, **ago: float) -> None:
    """Let a generation have been published so long ago."""
    moment = (datetime.now(UTC) - timedelta(**ago)).timestamp()
    os.utime(settings.data_dir / "generations" / f"{number:06}.json", (moment, moment))


def test_files_go_a_grace_time_after_no_kept_generation_names_them(collected: Settings, small: Registry) -> None:
    folder = collected.data_dir
    first = replace_newest(collected, small)
    publish(collected)
    for number in (1, 2, 3, 4, 5):
        age(collected, number, days=3)
    publish(collected)  # generation 3 is the first that names it, and no longer among the newest three
    assert (folder / first).exists()
    age(collected, 6, hours=23)
    publish(collected)
    assert (folder / first).exists()
    age(collected, 6, hours=25)
    publish(collected)
    assert not (folder / first).exists()
    assert not (folder / first).with_suffix(".json").exists()
    assert not (folder / first).with_name("cut-off.parquet").exists()
    assert list(manifests(collected)) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert store.verify_record(folder) == []


def test_the_grace_time_is_a_setting(collected: Settings, small: Registry) -> None:
    impatient = dataclasses.replace(collected, grace_seconds=0.001)
    first = replace_newest(impatient, small)
    publish(impatient)
    assert (collected.data_dir / first).exists()  # generation 3 still names it
    publish(impatient)
    assert not (collected.data_dir / first).exists()


def test_nothing_goes_while_a_copy_without_a_manifest_may_be_open(collected: Settings, small: Registry) -> None:
    """An earlier version wrote no manifests, and its copies still read files that were replaced."""
    folder = collected.data_dir
    first = manifests(collected)[3]["tables"]["nights"][-1]["file"]
    for number in (1, 2, 3):
        (folder / "generations" / f"{number:06}.json").unlink()
    update(collected, small, land(folder, date(2026, 11, 1), models(77), attempt=2))
    assert publish(collected)["before"]["generation"] == 4
    publish(collected)
    for number in (4, 5):
        age(collected, number, days=3)
    publish(collected)
    assert (folder / first).exists()  # the last of those copies went a moment ago
    age(collected, 6, days=2)
    publish(collected)
    assert not (folder / first).exists()


def test_a_lost_manifest_lets_nothing_go(collected: Settings, small: Registry) -> None:
    impatient = dataclasses.replace(collected, grace_seconds=0.001)
    first = replace_newest(impatient, small)
    publish(impatient)
    lost = collected.data_dir / "generations" / "000005.json"
    content = lost.read_bytes()
    lost.write_text("{}")
    publish(impatient)
    assert (collected.data_dir / first).exists()
    lost.write_bytes(content)
    publish(impatient)
    assert not (collected.data_dir / first).exists()


def days_kept(settings: Settings) -> list[str]:
    """Return the days of the generations of which every file that they name is there, but for their databases."""
    return [
        manifest["day"]
        for manifest in manifests(settings).values()
        if all(
            (settings.data_dir / each["file"]).exists()
            for table, named in manifest["tables"].items()
            for each in named
            if table != "database"
        )
    ]


@pytest.mark.parametrize(("keep", "expected"), [(None, [1, 2, 3, 4, 5, 6, 6, 6]), (2, [5, 6, 6, 6])])
def test_the_last_generation_of_each_day_is_kept(
    settings: Settings, small: Registry, keep: int | None, expected: list[int]
) -> None:
    """Each night is collected twice, with other parents than the night before: all parts become others."""
    impatient = dataclasses.replace(settings, grace_seconds=0.001, keep_generations=keep)
    for day in range(1, 7):
        for attempt in (1, 2):
            night_of = [model(f"a/m{each}", each, parents=[(day, f"a/m{day}")], likes=attempt) for each in (10, 11)]
            landed = land(settings.data_dir, date(2026, 11, day), night_of, attempt=attempt)
            with store.open_work(impatient) as work:
                work.load(landed)
                trace(work, small)
                touched.note_all(work._connection)
                work.publish()
    publish(impatient, today=date(2026, 11, 6))
    assert days_kept(settings) == [f"2026-11-{day:02}" for day in expected]
    assert len(list(settings.data_dir.glob("tracker-*.duckdb"))) == 3
    assert store.verify_record(settings.data_dir) == []


def test_what_was_let_go_of_is_not_asked_for_when_more_is_to_be_kept(collected: Settings, small: Registry) -> None:
    few = dataclasses.replace(collected, grace_seconds=0.001, keep_generations=1)
    publish(few, today=date(2026, 11, 5))
    publish(few, today=date(2026, 11, 5))
    newest = publish(dataclasses.replace(few, keep_generations=None), today=date(2026, 11, 6))
    assert newest["kept_from"] == "2026-11-05"
    (collected.data_dir / "generations" / "000006.json").write_text("{}")
    assert publish(few, today=date(2026, 11, 7))["kept_from"] == "2026-11-07"
    assert publish(collected, today=date(2026, 11, 8))["kept_from"] == "2026-11-07"


def test_a_manifest_that_is_missing_in_the_chain_lets_nothing_go(collected: Settings, small: Registry) -> None:
    impatient = dataclasses.replace(collected, grace_seconds=0.001)
    first = replace_newest(impatient, small)
    lost = collected.data_dir / "generations" / "000002.json"
    content = lost.read_bytes()
    lost.unlink()
    for _ in range(3):
        publish(impatient)
    assert (collected.data_dir / first).exists()
    lost.write_bytes(content)
    publish(impatient)
    assert not (collected.data_dir / first).exists()


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda folder: (folder / "000002.json").unlink(), "generations/000002.json: is missing"),
        (lambda folder: (folder / "000003.json").unlink(), "generations/000003.json: is missing"),
        (lambda folder: (folder / "000001.json").write_text("{}"), "generations/000001.json: .*cannot be read"),
        (
            lambda folder: (folder / "000002.json").write_text(
                (folder / "000002.json").read_text().replace('"2026-10-31"', '"2026-10-30"')
            ),
            "generations/000002.json: was changed",
        ),
        (
            lambda folder: shutil.copy(folder / "000001.json", folder / "000002.json"),
            "generations/000002.json: .*another generation",
        ),
    ],
)
def test_a_broken_chain_is_named(collected: Settings, harm: Callable[[Path], object], told: str) -> None:
    assert store.verify_record(collected.data_dir) == []
    harm(collected.data_dir / "generations")
    problems = [str(problem) for problem in store.verify_record(collected.data_dir)]
    assert any(re.search(told, problem) for problem in problems), problems


def test_a_damaged_file_of_an_older_generation_is_named(collected: Settings, small: Registry) -> None:
    first = [each["file"] for each in manifests(collected)[3]["tables"]["nights"]][-1]
    update(collected, small, land(collected.data_dir, date(2026, 11, 1), models(77), attempt=2))
    (collected.data_dir / first).unlink()
    [row] = (collected.data_dir / "registries" / small.version).glob("roots.csv")
    row.write_bytes(row.read_bytes() + b"\n")
    told = "\n".join(str(problem) for problem in store.verify_record(collected.data_dir))
    assert f"{first}: is missing" in told
    assert "roots.csv: holds" in told


def test_a_damaged_manifest_does_not_stop_the_night(collected: Settings, small: Registry) -> None:
    (collected.data_dir / "generations" / "000003.json").write_text("{}")
    newest = publish(collected)
    assert (newest["generation"], newest["before"]) == (4, None)
    told = "\n".join(str(problem) for problem in store.verify_record(collected.data_dir))
    assert "000004.json: names no generation before it" in told


def test_a_backup_carries_manifests_and_registries(collected: Settings, small: Registry, tmp_path: Path) -> None:
    store.back_up(collected, tmp_path / "backup")
    restored = Settings(data_dir=tmp_path / "elsewhere", memory_limit="1GB")
    store.restore(restored, tmp_path / "backup")
    for name in ("generations", f"registries/{small.version}"):
        before = {path.name: path.read_bytes() for path in (collected.data_dir / name).iterdir()}
        assert {path.name: path.read_bytes() for path in (restored.data_dir / name).iterdir()} == before
    newest = publish(restored)
    assert (newest["generation"], newest["before"]["generation"]) == (4, 3)
    assert store.verify_record(restored.data_dir) == []


def test_a_backup_knows_its_record_by_what_older_generations_named(
    collected: Settings, small: Registry, tmp_path: Path
) -> None:
    """Every night was collected again since the backup: it is no other record's for that."""
    store.back_up(collected, tmp_path / "backup")
    before = nights_of(collected)
    for day in (date(2026, 11, 1), date(2026, 10, 31), date(2026, 10, 30)):
        with store.open_work(collected) as work:
            connect.rows(work._connection, f"delete from nights where snapshot_date = date '{day}'")
            work.load(land(collected.data_dir, day, models(50), attempt=2))
    store.back_up(collected, tmp_path / "backup")
    assert len(before) == len(nights_of(collected)) == 3 and before.isdisjoint(nights_of(collected))
    restored = dataclasses.replace(collected, data_dir=tmp_path / "elsewhere")
    store.restore(restored, tmp_path / "backup")
    assert nights_of(restored) == nights_of(collected)


def nights_of(settings: Settings) -> set[str]:
    """Return the files of the nights that a folder would back up."""
    with store.open_work(settings) as work:
        return {name for name in work.record_files() if name.startswith("snapshots/")}
