"""Movers: the newest night is answered from the table of models, and must say what the record says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.store.nights import land, model, night, small_registry, update
from tracker import store
from tracker.registry import Registry
from tracker.settings import Settings

Ask = Callable[..., pl.DataFrame]

MOVERS = """
select model_key, model_id, downloads_30d_from, downloads_30d_to, downloads_30d_change, downloads_between, likes_change
from movers($a, $b) order by model_key
"""
FROM_RECORD = """
select coalesce(b.model_key, a.model_key) as model_key, m.model_id, a.downloads_30d as was, b.downloads_30d as is_now,
  coalesce(b.downloads_30d, 0) - coalesce(a.downloads_30d, 0) as change,
  b.downloads_all_time - a.downloads_all_time as between_them,
  coalesce(b.likes, 0) - coalesce(a.likes, 0) as likes_change
from (from counters where snapshot_date = $a) as a
full join (from counters where snapshot_date = $b) as b on b.model_key = a.model_key
join models as m on m.model_key = coalesce(b.model_key, a.model_key)
order by 1
"""
KEPT = model("a/kept", 1, downloads_30d=5)
NIGHTS = [
    [KEPT, model("b/gone", 2, downloads_30d=9)],
    [KEPT | {"downloads_30d": 8, "downloads_all_time": 99}, model("b/gone", 2, downloads_30d=7)],
    [KEPT | {"downloads_30d": 6, "model_id": "a/renamed"}, model("c/new", 3, likes=4), model("d/silent", 4)],
    [KEPT | {"downloads_30d": 2}, model("c/new", 3, likes=1), model("d/silent", 4, downloads_30d=None)],
]


@pytest.fixture
def small(tmp_path: Path) -> Registry:
    return small_registry(tmp_path / "registry")


def check_pairs(ask: Ask, days: list[date]) -> None:
    for first in days:
        for last in days:
            expected = ask(FROM_RECORD, {"a": first, "b": last}).rows()
            assert ask(MOVERS, {"a": first, "b": last}).rows() == expected, (first, last)


def macro(ask: Ask) -> str:
    text: str = ask("select macro_definition from duckdb_functions() where function_name = 'movers'").item()
    return text


def test_every_pair_of_nights_says_what_the_record_says(settings: Settings, small: Registry, ask: Ask) -> None:
    for number, models in enumerate(NIGHTS):
        update(settings, small, land(settings.data_dir, night(number), models))
        check_pairs(ask, [night(each) for each in range(number + 1)])
        assert night(number).isoformat() in macro(ask)


def test_a_moved_copy_says_the_same(settings: Settings, small: Registry, tmp_path: Path) -> None:
    for number, models in enumerate(NIGHTS):
        update(settings, small, land(settings.data_dir, night(number), models))
    moved = settings.data_dir.rename(tmp_path / "moved")
    with store.open_published(moved) as published:
        check_pairs(published.query, [night(number) for number in range(len(NIGHTS))])


def test_partial_runs_of_one_day_are_read_from_the_record(settings: Settings, small: Registry, ask: Ask) -> None:
    """Of the newest day, models hold what both runs saw, the record's night what the preferred one saw."""
    for number in range(2):
        for publisher, models in (("a", NIGHTS[number][:1]), ("b", NIGHTS[number][1:])):
            run = land(
                settings.data_dir,
                night(number),
                models,
                scope=f"publisher:{publisher}",
                attempt=1 + ord(publisher),
            )
            update(settings, small, run)
    assert night(1).isoformat() not in macro(ask)
    check_pairs(ask, [night(0), night(1)])
