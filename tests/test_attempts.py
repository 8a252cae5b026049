"""However an attempt ends, it is told: at once by `status --runs`, after the next night by the table `runs`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import called
from tests.demo.made_models import NIGHT, made_models
from tests.store.nights import small_registry
from tracker import lock, pipeline, store
from tracker.errors import StoreError
from tracker.landing import Walk
from tracker.scope import FULL
from tracker.settings import Settings
from tracker.sources.hub_models import walk

Run = Callable[..., str]


@pytest.fixture
def run(hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run commands on a folder that is there and empty, against a Hub of 60 models; each must end with its code."""
    server = hub({NIGHT: made_models(60)})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_ENDPOINT", server.endpoint)
    small_registry(tmp_path / "registry")
    monkeypatch.setenv("TRACKER_REGISTRY", str(tmp_path / "registry"))
    (tmp_path / "data").mkdir()

    def command(*arguments: str, code: int = 0) -> str:
        done = called(*arguments)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout or done.stderr

    return command


def told(run: Run) -> list[dict[str, Any]]:
    return json.loads(run("status", "--runs", "--json"))["rows"]


def published(run: Run) -> list[dict[str, Any]]:
    return json.loads(run("sql", "select status, reason from runs order by started_at", "--json"))["rows"]


BAD_SETTINGS = [
    ({"TRACKER_SCOPE": "nonsense"}, "nonsense"),
    ({"TRACKER_THREADS": "many"}, "threads must be a positive number"),
    ({"HF_ENDPOINT": "huggingface.co"}, "is not an http or https address"),
    ({"http_proxy": "foo://127.0.0.1", "no_proxy": "", "NO_PROXY": ""}, "http_proxy has scheme 'foo'"),
]


@pytest.mark.parametrize(
    ("environ", "said", "command"),
    [
        *((*each, "update") for each in BAD_SETTINGS),
        (*BAD_SETTINGS[0], "collect"),
        (*BAD_SETTINGS[3], f"update --if-due --date {NIGHT}"),
    ],
)
def test_a_setting_that_makes_no_sense(run: Run, monkeypatch, environ: dict[str, str], said: str, command: str) -> None:
    with monkeypatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        assert said in run(*command.split(), code=2)
    (row,) = told(run)
    assert row["status"] == "failed" and said in row["reason"] and row["source"] == "hub_models" and row["finished_at"]


def test_it_is_noted_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TRACKER_SCOPE", "nonsense")
        run("update", code=2)
    run("update")
    run("publish")
    first, second = published(run)
    assert (first["status"], second["status"]) == ("failed", "published") and "nonsense" in first["reason"]
    assert [each["status"] for each in told(run)] == ["published", "failed"]


@pytest.mark.parametrize(("environ", "said"), BAD_SETTINGS[:3])
def test_a_mistake_makes_no_folder(run: Run, tmp_path: Path, monkeypatch, environ: dict[str, str], said: str) -> None:
    (tmp_path / "data").rmdir()
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert said in run("update", code=2)
    assert not (tmp_path / "data").exists()


def test_a_registry_that_does_not_load(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "registry" / "families.csv"
    good = place.read_text()
    place.write_text("no,header\n")
    for _ in range(2):
        run("update", code=1)
    (row,) = told(run)
    assert row["status"] == "failed" and row["reason"].startswith("the registry does not load: ")
    place.write_text(good)
    run("update")
    assert [each["status"] for each in told(run)] == ["published"], "the walk that was landed was gone on with"


def test_another_hub_than_the_folder_s(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("update")
    with monkeypatch.context() as patch:
        patch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
        assert "another --data-dir" in run("update", code=1)
    newest, night = told(run)
    assert (newest["status"], newest["endpoint"], night["status"]) == ("failed", "http://127.0.0.1:9", "published")


def test_no_room_for_a_run(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> Walk:
        raise StoreError("cannot write: no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Walk, "create", full)
        run("update", code=1)
    assert [(each["status"], each["reason"]) for each in told(run)] == [
        ("failed", "cannot write: no space left on device")
    ]
    run("update")
    assert [each["status"] for each in published(run)] == ["failed", "published"]


@pytest.mark.parametrize(
    ("stage", "error"),
    [
        ("before", LookupError("out of the blue")),
        ("before", OSError(5, "Input/output error")),
        ("walk", MemoryError()),
        ("load", RecursionError("too deep")),
    ],
)
def test_an_error_that_nobody_foresaw(run: Run, tmp_path: Path, monkeypatch, stage: str, error: Exception) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    place = {"before": (store, "check_endpoint"), "walk": (walk, "said_at"), "load": (pipeline, "read_with")}[stage]
    with monkeypatch.context() as patch:
        patch.setattr(*place, broken)
        said = run("update", code=1)
    assert str(tmp_path / "data" / "last_error.txt") in said and said.count("\n") == 1
    assert "in broken" in (tmp_path / "data" / "last_error.txt").read_text()
    (row,) = told(run)
    assert row["status"] == "failed" and type(error).__name__ in row["reason"]
    if stage == "walk":
        return
    run("update")
    assert [each["status"] for each in published(run)] == (
        ["failed", "published"] if stage != "load" else ["published"]
    )


def test_one_that_finds_another_at_work_is_none(run: Run, tmp_path: Path) -> None:
    with lock.hold(tmp_path / "data"):
        run("update", code=75)
    assert told(run) == []


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_in_a_copy_nothing_is_written(run: Run, tmp_path: Path, kind: str) -> None:
    run("update")
    option, place = ("--to", tmp_path / "out") if kind == "folder" else ("--single-file", tmp_path / "out.duckdb")
    run("export", option, str(place))
    before = sorted(tmp_path.glob("out*/**/*"))
    run("update", "--data-dir", str(place), code=2)
    assert sorted(tmp_path.glob("out*/**/*")) == before


def test_a_trace_hides_no_walk_that_was_landed(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("collect")
    with monkeypatch.context() as patch:
        patch.setenv("TRACKER_SCOPE", "nonsense")
        run("update", code=2)
    run("update", "--date", str(NIGHT))
    assert [each["status"] for each in told(run)].count("published") == 1
    assert len(list((tmp_path / "data" / "landing").rglob("journal.jsonl"))) == 1, "it was not walked again"


def test_the_library_tells_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.sources.clock.SystemClock.sleep", lambda *_: None)
    settings = Settings(data_dir=tmp_path / "data", endpoint="http://127.0.0.1:9")
    for day in (None, date(2026, 11, 22)):
        with pytest.raises(Exception, match="refuses connections"):
            pipeline.update(settings, scope=FULL, snapshot_date=day)
    assert len(list((tmp_path / "data" / "landing" / "hub_models").glob("*/*/manifest.json"))) == 2
