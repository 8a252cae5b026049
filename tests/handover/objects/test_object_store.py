"""An export into an object store: what changed is put, readers see one state, and all may be read that may leave."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import tracker as library
from tests.command_line import called
from tests.handover.data_set import planted_rows
from tests.handover.objects import bucket
from tests.handover.objects.exported import SECRET, Exported, nights_of
from tests.store.delta_readers import READERS
from tests.store.nights import land, model, night, small_registry, update
from tracker import pipeline, store
from tracker.errors import Busy, SettingsError
from tracker.settings import Settings
from tracker.store.delta import log


@dataclasses.dataclass(frozen=True)
class Standing:
    """A place with an export of each state of a folder, and what each of them put."""

    exported: Exported
    put: list[list[str]]


@pytest.fixture(scope="module")
def standing(lived: list[Settings], port: int) -> Iterator[Standing]:
    with pytest.MonkeyPatch.context() as patch:
        for name, told in bucket.environment(port).items():
            patch.setenv(name, told)
        patch.setattr(log, "CHECKPOINT_EACH", 2)
        exported = Exported(f"s3://{bucket.NAME}/standing")
        yield Standing(exported, [exported.export(settings) for settings in lived])


def test_only_what_changed_is_put_and_the_same_copy_is_no_export(lived: list[Settings], standing: Standing) -> None:
    exported, (first, second, third) = standing.exported, standing.put
    assert [each[-1] for each in standing.put] == [f"_exports/00000{number}.json" for number in (1, 2, 3)]
    there = exported.place.objects()
    assert exported.export(lived[2]) == [] and exported.place.objects() == there
    nights = [[key for key in put if key.startswith("snapshots/")] for put in standing.put]
    assert [[key.split("/")[1][-2:] for key in each] for each in nights] == [["01"], ["02"], ["02", "03"]]
    assert not set(second) & set(first) and not set(third) & {*first, *second}
    assert len(second) < len(first)
    exported.check_is_of(lived[2])


@pytest.mark.parametrize("reader", READERS)
def test_every_version_is_what_the_copy_of_its_day_named(
    lived: list[Settings], standing: Standing, reader: str
) -> None:
    exported = standing.exported
    assert "snapshots/_delta_log/00000000000000000002.checkpoint.parquet" in exported.place.objects()
    for version, settings in enumerate(lived):
        assert exported.asked("snapshots", version=version, reader=reader) == nights_of(settings)
    assert exported.asked("snapshots", reader=reader) == nights_of(lived[-1])
    with store.open_published(lived[-1].data_dir) as published:
        expected = published.query("select family, downloads_30d_credit::varchar from daily_families").rows()
        models = published.query("select model_id from models where created_at >= '2026-01-01 02:00:00+00'").rows()
    asked = "select family, cast(downloads_30d_credit as varchar) from t "
    assert exported.asked("tables/daily_families", asked, reader=reader) == sorted(expected)
    zoned = "timestamptz" if reader == "duckdb" else "timestamp with time zone"
    asked = f"select model_id from t where created_at >= {zoned} '2026-01-01 02:00:00+00'"
    assert exported.asked("tables/models", asked, reader=reader) == sorted(models)


def test_a_downloaded_one_answers_as_the_folder(lived: list[Settings], standing: Standing, tmp_path: Path) -> None:
    place = standing.exported.download(tmp_path / "copy")
    with library.open(lived[2].data_dir) as own, library.open(place) as copy:
        for ask in (
            lambda each: each.share(first="2026-01"),
            lambda each: each.top(of="models"),
            lambda each: each.lineage("a/of-1"),
            lambda each: each.trend(),
        ):
            assert ask(copy).as_json() == ask(own).as_json(), "rows, SQL, notes, ids, licences"
    refused = called("update", "--data-dir", str(place))
    assert refused.returncode == 2 and "is a copy to ask, not a data folder" in refused.stderr
    for path in place.glob("tables/models/*.parquet"):
        path.unlink()
    asked = called("share", "--data-dir", str(place))
    assert asked.returncode == 1 and "lacks 1 of its" in asked.stderr and "tables/models/" in asked.stderr


def holding(folder: Path, names: list[str], key: int | None = None) -> list[str]:
    """Return the files below a folder that hold a name, or rows of a model's key."""
    found = []
    for path in (path for path in folder.rglob("*") if path.is_file()):
        told = path.as_posix() + path.read_bytes().decode("latin-1")
        if path.suffix == ".parquet":
            frame = pl.read_parquet(path, hive_partitioning=False)
            told = path.as_posix() + "\n".join(map(str, frame.iter_rows()))
            if key is not None and "model_key" in frame.columns and key in frame["model_key"]:
                found.append(path.relative_to(folder).as_posix())
        found += [path.relative_to(folder).as_posix() for name in names if name in told]
    return found


def test_nothing_leaves_that_must_not(exported: Exported, tmp_path: Path) -> None:
    planted = planted_rows.make(tmp_path / "planted")
    exported.export(planted)
    place = exported.download(tmp_path / "copy")
    assert holding(place, [planted_rows.BASE]), "the search finds what is there"
    secrets = [planted_rows.PRIVATE, planted_rows.ALIKE, planted_rows.NEVER, planted_rows.CARD_TEXT]
    assert holding(place, [*secrets, bucket.environment(0)["AWS_SECRET_ACCESS_KEY"]]) == []


def test_what_is_purged_leaves_the_store_at_once(lived: list[Settings], exported: Exported, tmp_path: Path) -> None:
    settings = dataclasses.replace(lived[1], data_dir=tmp_path / "data")
    shutil.copytree(lived[1].data_dir, settings.data_dir, symlinks=True)
    exported.export(lived[0])
    exported.export(settings)
    with store.open_published(settings.data_dir) as published:
        key = published.query(f"select model_key from models where model_id = '{SECRET}'").item()
    assert len(holding(exported.download(tmp_path / "before"), [SECRET], key)) > 4
    with store.open_work(settings) as work:
        work._connection.execute(f"update model_facts set private = true where model_id = '{SECRET}'")
    pipeline.publish(settings)
    exported.export(settings)
    assert holding(exported.download(tmp_path / "after"), [SECRET], key) == []
    assert exported.exports() == [3]
    exported.check_is_of(settings)


def test_what_no_export_names_any_more_is_deleted_and_what_is_of_others_stays(
    lived: list[Settings], exported: Exported
) -> None:
    mine = ["notes.md", "snapshots/notes.parquet", "tables/models/mine.parquet", "_exports/notes.json"]
    for key in mine:
        exported.place.put(key, b"of others")
    left = "tables/models/00000000deadbeef.parquet"
    for number, settings in enumerate(lived):
        exported.place.put(left, b"of a run that was killed")
        exported.export(dataclasses.replace(settings, grace_seconds=3600 if number == 1 else -1))
        assert exported.exports() == [[1], [1, 2], [3]][number]
        exported.check_is_of(settings)
        assert (left in exported.place.objects()) == (number == 1)
    named = {each["object"] for each in exported.manifest(3)["files"]}
    mine_there = {key for key in mine if key.startswith(("tables/", "snapshots/"))}
    there = [key for key in exported.place.objects() if "_delta_log" not in key]
    assert {key for key in there if key.startswith(("tables/", "snapshots/"))} == named | mine_there
    assert all(exported.content(key) == b"of others" for key in mine)


def test_a_place_of_others_of_another_record_or_of_a_newer_copy_is_refused(
    lived: list[Settings], exported: Exported, tmp_path: Path
) -> None:
    exported.place.put("snapshots/_delta_log/00000000000000000000.json", b"{}")
    with pytest.raises(SettingsError, match="holds a Delta table that `tracker export --to` did not write, snapshots"):
        exported.export(lived[0])
    assert exported.keys() == ["snapshots/_delta_log/00000000000000000000.json"]
    exported.place.delete(exported.keys())
    exported.export(lived[1])
    before = exported.keys()
    with pytest.raises(Busy, match=r"holds generation 2, which is newer than this folder's 1"):
        exported.export(lived[0])
    other = dataclasses.replace(lived[0], data_dir=tmp_path / "other")
    small = small_registry(tmp_path / "registry")
    for number in range(3):
        update(other, small, land(other.data_dir, night(number), [model("a/x", 1)]))
    with pytest.raises(SettingsError, match="holds nights of another record, snapshots/snapshot_date=2026-11-01"):
        exported.export(other)
    assert exported.keys() == before


def test_what_is_missing_is_named_in_one_line(
    lived: list[Settings], exported: Exported, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused() -> str:
        done = called("export", "--to", exported.url, "--data-dir", str(lived[0].data_dir))
        assert done.returncode in (1, 2) and done.stdout == ""
        (line,) = [line for line in done.stderr.splitlines() if not line.startswith("left out")]
        assert bucket.environment(0)["AWS_SECRET_ACCESS_KEY"] not in line
        return line

    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "obstore", None)
        assert "run `pip install 'hub-adoption-tracker[object-store]'`" in refused()
    with monkeypatch.context() as patch:
        patch.delenv("AWS_ACCESS_KEY_ID")
        assert "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in refused()
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        assert "check AWS_ENDPOINT_URL" in refused()
    exported.url = "s3://no-such-bucket/of"
    assert "NoSuchBucket" in refused()
    exported.url = "s3://"
    assert "write s3://BUCKET/PREFIX" in refused()
    done = called("export", "--to", "gs://bucket/x", "--data-dir", str(lived[0].data_dir))
    assert done.returncode == 2 and "gs://bucket/x is of a kind that is not known" in done.stderr


def test_a_store_that_forgets_the_condition_is_refused(lived: list[Settings], exported: Exported, port: int) -> None:
    def forget(method: str, path: str, headers: dict[str, str]) -> None:
        headers.pop("if-none-match", None)

    with bucket.between(port, forget), pytest.raises(SettingsError, match="it ignores If-None-Match"):
        exported.export(lived[0])
    assert exported.keys() == []


def test_two_puts_that_met_are_tried_again(lived: list[Settings], exported: Exported, port: int) -> None:
    met: list[str] = []

    def meet(method: str, path: str, headers: dict[str, str]) -> int | None:
        is_wanted = "_exports/0" in path or "snapshots/_delta_log" in path
        is_first = method == "PUT" and "if-none-match" in headers and is_wanted and path not in met
        met.extend([path] if is_first else [])
        return 409 if is_first else None

    with bucket.between(port, meet):
        exported.export(lived[0])
    assert any("_exports/000001.json" in path for path in met) and any("_delta_log" in path for path in met)
    exported.check_is_of(lived[0])


def test_of_two_exports_at_once_none_is_lost(lived: list[Settings], exported: Exported, port: int) -> None:
    began: list[str] = []

    def other(method: str, path: str, headers: dict[str, str]) -> None:
        if method == "PUT" and path.endswith("_exports/000001.json") and not began:
            began.append(path)
            exported.export(lived[0])  # the first is about to put its own

    with bucket.between(port, other):
        assert exported.export(lived[1])[-1] == "_exports/000002.json"
    assert began and exported.exports() == [1, 2]
    exported.check_is_of(lived[1])
    for version, settings in enumerate(lived[:2]):
        assert exported.asked("snapshots", version=version) == nights_of(settings)


@pytest.mark.parametrize("steps", [[40], pytest.param(range(1, 400, 2), marks=pytest.mark.soak)])
def test_one_that_is_killed_leaves_the_state_before_or_the_new(
    lived: list[Settings], exported: Exported, port: int, steps: list[int]
) -> None:
    url, was_killed = exported.url, True
    for step in steps:
        exported.url = f"{url}/{step}"
        exported.export(lived[0])
        was_killed = killed_while_exporting(lived[1], exported, port, step)
        exported.check_whole()
        assert exported.asked("snapshots") in (nights_of(lived[0]), nights_of(lived[1]))
        assert len(exported.asked("tables/models", "select model_key from t ")) in (3, 4)
        exported.export(lived[1])
        exported.check_is_of(lived[1])
        if not was_killed:
            break
    assert was_killed or step > 40


def killed_while_exporting(settings: Settings, exported: Exported, port: int, step: int) -> bool:
    """Export, and kill that before the store has its nth change, or right after it; return whether it was killed."""
    process: list[subprocess.Popen[bytes]] = []
    changes = 0

    def kill(method: str, path: str, headers: dict[str, str]) -> int | None:
        nonlocal changes
        changes += method in ("PUT", "POST", "DELETE")
        if changes != step or method == "GET":
            return None
        process[0].kill()
        process[0].wait()
        return 500 if step % 4 < 2 else None

    with bucket.between(port, kill):
        command = [sys.executable, "-m", "tracker", "export", "--to", exported.url]
        with subprocess.Popen([*command, "--data-dir", str(settings.data_dir)]) as begun:
            process.append(begun)
        return begun.returncode == -9
