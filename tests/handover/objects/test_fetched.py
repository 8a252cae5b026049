"""An export in a store is asked like any copy: fetched once, checked, and only what changed the next time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import tracker
from tests.command_line import called
from tests.handover.objects import bucket
from tests.handover.objects.exported import Exported
from tracker.errors import SettingsError, SourceError, StoreError
from tracker.handover import objects
from tracker.settings import Settings


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where what is fetched is kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def heard(environment: None, port: int) -> Iterator[list[str]]:
    """What is asked of the store from here on; while `refused` stands in it, nobody may read."""
    asked: list[str] = []

    def judge(method: str, path: str, headers: dict[str, str]) -> int | None:
        if "refused" in asked:
            return 403
        asked.append(f"{method} {path.partition('?')[0]}")
        return None

    with bucket.between(port, judge):
        yield asked


def held(folder: Path) -> dict[str, int]:
    """Return the files of a folder by their place in it, with the moment in which they were written."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()
    }


def said(place: str | Path) -> object:
    with tracker.open(place) as copy:
        answers = [copy.share(month="2026-10"), copy.top(of="models"), copy.trend("Qwen", first="2026-09-01")]
        return [[each.id, each.head()["about"]["rows_id"], each.as_json()["rows"]] for each in answers]


def test_it_answers_as_the_folder_that_it_came_from(lived: list[Settings], exported: Exported) -> None:
    exported.export(lived[2])
    assert said(exported.url) == said(lived[2].data_dir)
    shown = called("share", "--month", "2026-10", "--json", "--data-dir", exported.url)
    assert shown.returncode == 0, shown.stderr
    with tracker.open(lived[2].data_dir) as copy:
        assert json.loads(shown.stdout)["about"]["id"] == copy.share(month="2026-10").id


def test_only_what_changed_is_fetched_again(lived: list[Settings], exported: Exported, heard: list[str]) -> None:
    exported.export(lived[1])
    folder = objects.fetched(exported.url)
    first = held(folder)
    heard.clear()
    assert objects.fetched(exported.url) == folder
    assert len(heard) == 2 and held(folder).keys() == first.keys()  # the list, the manifest
    exported.export(lived[2])
    heard.clear()
    objects.fetched(exported.url)
    second = held(folder)
    kept = first.keys() & second.keys()
    assert {name: first[name] for name in kept if name[0] != "_"} == {
        name: second[name] for name in kept if name[0] != "_"
    }
    assert len(heard) == 2 + len([name for name in second if name not in first and name[0] != "_"])


def test_what_no_export_names_any_more_leaves_this_machine(lived: list[Settings], exported: Exported) -> None:
    exported.export(lived[0])
    folder = objects.fetched(exported.url)
    first = held(folder).keys()
    for settings in lived[1:]:
        exported.export(settings)
        objects.fetched(exported.url)
    assert len([name for name in held(folder) if name.startswith("_exports/")]) == 2
    assert first - held(folder).keys(), "tables of the first export"


def test_without_the_store_what_was_fetched_answers(
    lived: list[Settings], exported: Exported, heard: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    exported.export(lived[0])
    heard.append("refused")
    with pytest.raises(SourceError, match="check AWS_ACCESS_KEY_ID"):
        objects.fetched(exported.url)
    heard.clear()
    folder = objects.fetched(exported.url)
    heard.append("refused")
    assert objects.fetched(exported.url) == folder
    assert "answered from what was fetched before" in caplog.text


def test_what_is_damaged_is_not_asked(lived: list[Settings], exported: Exported) -> None:
    exported.export(lived[0])
    [key] = [
        key for key in (each["object"] for each in exported.manifest(1)["files"]) if key.startswith("tables/families/")
    ]
    exported.place.put(key, b"x" * len(exported.content(key)))
    with pytest.raises(StoreError, match="is not what its export says"):
        objects.fetched(exported.url)


def test_a_name_that_leads_elsewhere_is_refused(lived: list[Settings], exported: Exported, tmp_path: Path) -> None:
    exported.export(lived[0])
    told = exported.manifest(1)
    told["files"][0]["object"] = "../../../elsewhere"
    exported.place.put("_exports/000001.json", json.dumps(told).encode())
    with pytest.raises(StoreError, match="outside of itself"):
        objects.fetched(exported.url)
    assert not list(tmp_path.rglob("elsewhere"))


def test_a_place_without_an_export_says_what_to_do(exported: Exported) -> None:
    with pytest.raises(SourceError, match=r"holds no export; `tracker export --to s3://"):
        objects.fetched(exported.url)


def test_it_is_asked_and_not_written(lived: list[Settings], exported: Exported) -> None:
    exported.export(lived[0])
    refused = called("update", "--data-dir", exported.url)
    assert refused.returncode == 2 and "is a copy to ask, not a data folder" in refused.stderr
    with pytest.raises(SettingsError, match=r"nothing that was said before$"):
        tracker.open(exported.url, as_of="2026-10-01")
