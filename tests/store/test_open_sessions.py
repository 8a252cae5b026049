"""A session that is open keeps its copy, whatever is published: replaced nights, other registries, older nights."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.registry_folder import add_row
from tests.store.nights import land, model, small_registry, update
from tracker import registry, store
from tracker.pipeline import trace
from tracker.settings import Settings

NIGHTS = (date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 1))
QUESTIONS = (
    "select count(*), sum(downloads_30d), sum(likes) from snapshots",
    "select count(*), sum(likes) from history",
    "select snapshot_date, family, likes from daily_families order by all",
    "select count(*), sum(likes) from daily_rollup",
    "select snapshot_date, likes from model_history('Qwen/Qwen3-8B')",
)


def models(likes: int) -> list[dict[str, object]]:
    return [model("Qwen/Qwen3-8B", 1, likes=likes), model("a/tuned", 2, parents=[(1, "Qwen/Qwen3-8B")])]


@contextmanager
def session(path: Path) -> Iterator[Any]:
    """Open a copy as a notebook does, without the tracker."""
    connection = duckdb.connect(str(path.resolve()), read_only=True)
    try:
        yield lambda question: connection.execute(question).fetchall()
    finally:
        connection.close()


@contextmanager
def library(settings: Settings) -> Iterator[Any]:
    """Open the newest copy with the tracker, sealed."""
    with store.open_published(settings.data_dir, memory_limit="500MB") as published:
        yield lambda question: published.query(question).rows()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path


def replace_newest(settings: Settings, place: Path) -> None:
    """Collect the newest night again, and again."""
    for attempt in (2, 3):
        landed = land(settings.data_dir, NIGHTS[-1], models(70 + attempt), attempt=attempt)
        update(settings, small_registry(place / "registry"), landed)


def restate(settings: Settings, place: Path) -> None:
    """Resolve with a registry that knows more each time: the rollups of the closed month become other files."""
    small_registry(place / "registry")
    for number in range(3):
        namespace = f"a{number}" if number else "a"
        add_row(place / "registry", "organizations", namespace=namespace, organization="A", country="US")
        add_row(place / "registry", "families", line=f"Tuned{number}", developer="A", first_release="2026-01")
        add_row(place / "registry", "roots", pattern=f"{namespace}/*", line=f"Tuned{number}")
        with store.open_work(settings) as work:
            trace(work, registry.load(place / "registry"), restate=True)
            work.publish()


def backfill(settings: Settings, place: Path) -> None:
    """Load an older night of the closed month: its second copy becomes another file."""
    update(settings, small_registry(place / "registry"), land(settings.data_dir, date(2026, 10, 3), models(3)))


def publish_often(settings: Settings, place: Path) -> None:
    """Publish until nothing of the first generations is among the newest."""
    with store.open_work(settings) as work:
        for _ in range(4):
            work.publish()


def test_a_session_that_is_open_reads_on(settings: Settings, place: Path) -> None:
    """Three kinds of reader from before: a notebook, the library, and a copy of the folder that takes its time."""
    small = small_registry(place / "registry")
    for day in NIGHTS:
        update(settings, small, land(settings.data_dir, day, models(day.day)))
    with ExitStack() as stack:
        open_ones = [stack.enter_context(session(settings.data_dir / "tracker.duckdb"))]
        open_ones.append(stack.enter_context(library(settings)))
        said = [[ask(question) for question in QUESTIONS] for ask in open_ones]
        begun = place / "copied"
        begun.mkdir()
        shutil.copy(settings.data_dir / "tracker-000003.duckdb", begun)
        (begun / "tracker.duckdb").symlink_to("tracker-000003.duckdb")

        for change in (replace_newest, restate, backfill, publish_often):
            change(settings, place)
            assert [[ask(question) for question in QUESTIONS] for ask in open_ones] == said, change.__doc__

        for folder in ("snapshots", "history", "rollups", "parts"):
            shutil.copytree(settings.data_dir / folder, begun / folder)
        copied = Settings(data_dir=begun)
        open_ones.append(stack.enter_context(library(copied)))
        assert [open_ones[-1](question) for question in QUESTIONS] == said[1]
    with library(settings) as now:
        assert all(now(question) != was for question, was in zip(QUESTIONS, said[1], strict=True))
    assert len(list(settings.data_dir.glob("tracker-*.duckdb"))) == 13  # all are of the grace time
    assert store.verify_record(settings.data_dir) == []
