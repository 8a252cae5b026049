"""A copy answers by the definitions that it was resolved with; an edit of the registry counts from `resolve` on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests import planted
from tests.command_line import tracker
from tests.store.nights import land, small_registry, update
from tracker.settings import Settings


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The planted copy with the registry that it was made with, both free to change."""
    shutil.copytree(planted.folder(), tmp_path / "data", symlinks=True)
    shutil.copytree(planted.folder().parent / "registry", tmp_path / "registry")
    return tmp_path


def derivatives(place: Path, *options: str) -> dict[str, float]:
    """Return the derivatives of September by family, as `tracker share` counts them."""
    done = tracker("share", "--month", "2026-09", "--json", *options, cwd=place, TRACKER_REGISTRY="registry")
    assert done.returncode == 0, done.stderr
    return {row["family"]: row["derivatives"] for row in json.loads(done.stdout)["rows"]}


def test_an_edit_of_the_registry_changes_no_answer_until_it_is_resolved(place: Path) -> None:
    file = place / "registry" / "definitions.csv"
    before = derivatives(place)
    text = file.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("default,"))
    changed = line.replace(",fractional,", ",full,")
    assert changed != line
    file.write_text(text.replace(line, changed), encoding="utf-8")
    assert derivatives(place) == before

    assert tracker("publish", cwd=place, TRACKER_REGISTRY="registry").returncode == 0  # the same state once more
    assert derivatives(place) == before
    assert tracker("resolve", cwd=place, TRACKER_REGISTRY="registry").returncode == 0
    assert derivatives(place) != before
    assert derivatives(place, "--credit", "fractional") == before


def test_a_copy_answers_without_any_registry(place: Path) -> None:
    shutil.rmtree(place / "registry")
    assert derivatives(place)["Qwen"] == 3.5


def test_a_copy_without_definitions_says_so(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", memory_limit="1GB")
    night = planted.SNAPSHOT
    update(settings, small_registry(tmp_path / "registry"), land(settings.data_dir, night, planted.rows(night)))
    done = tracker("share", "--data-dir", str(settings.data_dir))
    assert done.returncode == 1
    assert "holds no definitions" in done.stderr and "tracker resolve" in done.stderr


def test_a_registry_with_a_wrong_definition_is_refused_before_anything_is_resolved(place: Path) -> None:
    file = place / "registry" / "definitions.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",fractional,", ",half,"), encoding="utf-8")
    for command in (("resolve",), ("registry", "check")):
        done = tracker(*command, cwd=place, TRACKER_REGISTRY="registry")
        assert done.returncode == 1
        assert "credit is 'half'" in done.stderr + done.stdout
