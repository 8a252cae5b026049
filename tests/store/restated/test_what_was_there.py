"""As of any night a model that was removed, hidden or back is as it was, wherever the folder lies since."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.store.nights import land, model, small_registry
from tracker import pipeline, registry, store
from tracker.api import Copy
from tracker.settings import Settings

FIRST = date(2026, 10, 28)
NIGHTS = 7
GONE_ON, HIDDEN_ON, BACK_ON = 4, (3, 4), 5  # of the family's only derivative; of a model that comes back otherwise


def night(number: int) -> date:
    return FIRST + timedelta(days=number)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    place = tmp_path_factory.mktemp("there")
    known = small_registry(place / "registry").directory
    shutil.copy(registry.default_directory() / "definitions.csv", known)
    settings = Settings(data_dir=place / "data", registry=known, memory_limit="500MB", threads=1, grace_seconds=0.001)
    for number in range(NIGHTS):
        pipeline.load(settings, land(settings.data_dir, night(number), models(number)), force=True)
    return settings


def models(number: int) -> list[dict[str, Any]]:
    found = [model("Qwen/Qwen3-8B", 1), model("meta-llama/Llama-3.1-8B", 2)]
    if number < GONE_ON:
        found.append(model("zq/only", 3, parents=[(2, "meta-llama/Llama-3.1-8B")]))
    if number not in HIDDEN_ON:
        tag = "zq-after" if number >= BACK_ON else "zq-before"
        found.append(model("zq/back", 4, parents=[(1, "Qwen/Qwen3-8B")], pipeline_tag=tag))
    return found


def said(settings: Settings, number: int) -> dict[str, Any]:
    """Return what a copy as of a night says of the two models."""
    with Copy(settings, as_of=night(number)) as copy:
        rows = copy.published.query(
            "select model_id, pipeline_tag, removed_at is null from models where publisher = 'zq' order by 1"
        ).rows()
        return {
            "models": {name: (tag, is_there) for name, tag, is_there in rows},
            "count": len(rows),
            "top": {row["model_id"] for row in copy.top(of="models").table.dicts()},
            "below": [row["model_id"] for row in copy.lineage("meta-llama/Llama-3.1-8B", down=True).table.dicts()],
            "out": sum(row["derivatives"] for row in copy.share(first="2026-01", removed="out").table.dicts()),
        }


def test_who_was_removed_is_in_no_later_night(made: Settings) -> None:
    for number in range(NIGHTS):
        found = said(made, number)
        is_there = number < GONE_ON
        assert ("zq/only" in found["top"]) == is_there, number
        assert found["models"]["zq/only"][1] == is_there
        assert found["out"] == is_there + (number not in HIDDEN_ON), "shares without removed models lack it as well"


def test_who_comes_back_is_there_once_as_it_was_said_then(made: Settings) -> None:
    for number in range(NIGHTS):
        found = said(made, number)
        assert found["count"] == 2, "one row each, whatever became of them"
        tag, is_there = found["models"]["zq/back"]
        assert is_there == (number not in HIDDEN_ON) and tag == ("zq-after" if number >= BACK_ON else "zq-before")
    with Copy(made) as copy:
        kinds = copy.published.query(
            "select kind, count(*) from events where model_id = 'zq/back' and kind <> 'reparented' group by 1"
        ).rows()
    assert {("removed", 1), ("returned", 1)} <= set(kinds)


def copied(settings: Settings, place: Path) -> Settings:
    shutil.copytree(settings.data_dir, place, symlinks=True, copy_function=shutil.copy)  # every time is of now
    return replace(settings, data_dir=place)


def touched(settings: Settings, place: Path) -> Settings:
    moved = copied(settings, place)
    for number, path in enumerate(sorted(place.rglob("*"), reverse=True)):
        os.utime(path, (10**9 + number, 10**9 + number), follow_symlinks=False)
    return moved


def restored(settings: Settings, place: Path) -> Settings:
    backup = place.with_name("backup")
    pipeline.back_up(settings, backup)
    there = replace(settings, data_dir=place)
    pipeline.restore(there, backup)
    return there


@pytest.mark.parametrize("moves", [copied, touched, restored])
def test_copies_and_restores_answer_as_before(
    made: Settings, tmp_path: Path, moves: Callable[[Settings, Path], Settings]
) -> None:
    before = [said(made, number) for number in range(NIGHTS)]
    there = moves(made, tmp_path / "there")
    assert [said(there, number) for number in range(NIGHTS)] == before
    with Copy(there) as now, Copy(made) as then:
        assert now.restatements().table.dicts() == then.restatements().table.dicts()
    assert store.verify_record(there.data_dir) == []
