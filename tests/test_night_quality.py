"""How well a night was walked: published with it, told by `status`, and judged before it is loaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import polars as pl
import pytest

from tests.store.nights import land, model, night, small_registry, update
from tracker import gates, pipeline, store
from tracker.demo import HubProcess
from tracker.errors import SnapshotRefused
from tracker.health.status import state
from tracker.landing import LandedRun, answered
from tracker.scope import Scope
from tracker.settings import Settings

NIGHT = date(2026, 11, 21)
Hub = Callable[..., HubProcess]


def item(number: int) -> dict[str, object]:
    stamp = f"2022-03-{3 + number % 28:02}T00:00:00.000Z"
    return {
        "_id": f"{number:024x}", "id": f"maker/model-{number}", "createdAt": stamp, "lastModified": stamp, "likes": 1,
        "downloads": number, "downloadsAllTime": number * 9, "gated": False, "private": False, "tags": [],
        "trendingScore": 0,
    }  # fmt: skip


@pytest.fixture
def settings(hub: Hub, tmp_path: Path) -> Settings:
    served = hub(nights={NIGHT: [item(number) for number in range(1, 60)]})
    return Settings(data_dir=tmp_path, endpoint=served.endpoint)


def landed(settings: Settings, *stale: int, hours: float = 23.2) -> LandedRun:
    """Walk the night, and let these pages have come from a cache that had kept them for hours."""
    run = pipeline.collect(settings, scope=Scope("full"))
    lines = [json.loads(line) for line in run.journal_path.read_text().splitlines()]
    for number in stale:
        said = lines[number - 1]["headers"]
        made = parsedate_to_datetime(said["date"]) - timedelta(hours=hours)
        said |= {"date": format_datetime(made, usegmt=True), "age": f"{hours * 3600:.0f}"}
    run.journal_path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return run


def quality(settings: Settings) -> pl.DataFrame:
    with store.open_published(settings.data_dir) as published:
        return published.query("from night_quality")


def test_a_night_is_published_with_how_it_was_walked(settings: Settings) -> None:
    pipeline.load(settings, landed(settings))
    (row,) = quality(settings).rows(named=True)
    assert (row["snapshot_date"], row["source"], row["scope"], row["models"]) == (NIGHT, "hub_models", "full", 59)
    assert (row["pages"], row["quarantined"], row["stale_pages"], row["stalest_seconds"]) == (1, 0, 0, 0)
    assert 0 <= row["walk_seconds"] < 60
    away = row["clock_skew_seconds"]  # this Hub lives on the day that it serves
    assert abs(away) > gates.MAX_CLOCK_SKEW
    said = dict(state(settings).rows())
    assert (
        said["its walk"]
        == f"1 pages in 0 min, 0 items quarantined, 0 pages stale, clock {away:+,.0f} s against the Hub's"
    )
    assert "clock_agrees: this machine's clock is" in said["remark"]


def test_a_night_of_old_pages_is_refused_and_told_when_it_is_forced(settings: Settings) -> None:
    run = landed(settings, 1)
    with pytest.raises(SnapshotRefused, match="pages_are_fresh: 1 of 1 pages were made up to 23 h before"):
        pipeline.load(settings, run)
    pipeline.load(settings, run, force=True)
    (row,) = quality(settings).rows(named=True)
    assert row["stale_pages"] == 1 and row["stalest_seconds"] == pytest.approx(23.2 * 3600, abs=120)
    with store.open_published(settings.data_dir) as published:
        forced = published.query("select forced from night_remarks where gate = 'pages_are_fresh'")
    assert forced.item() is True


def test_a_page_without_an_age_is_old_beside_those_that_came_before_it(hub: Hub, tmp_path: Path) -> None:
    """What came first may be of an earlier try: a walk that is gone on with is not held to be old."""
    served = hub(nights={NIGHT: [item(number) for number in range(1, 2_100)]})
    run = pipeline.collect(Settings(data_dir=tmp_path, endpoint=served.endpoint), scope=Scope("full"))
    lines = [json.loads(line) for line in run.journal_path.read_text().splitlines()]
    said = [line["headers"]["date"] for line in lines]
    assert len(lines) == 3
    for number, stale in ((2, 1), (1, 0)):
        for at, line in enumerate(lines):
            made = parsedate_to_datetime(said[at]) - timedelta(hours=13 * (at == number - 1))
            line["headers"]["date"] = format_datetime(made, usegmt=True)
        run.journal_path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        assert answered(run).stale_pages == stale


def test_who_is_absent_since_the_night_before_is_counted(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", memory_limit="1GB", threads=2)
    curated = small_registry(tmp_path / "registry")
    nights = {4: range(1, 40), 6: range(3, 45), 7: range(3, 50)}
    for number, there in nights.items():
        update(
            settings, curated, land(settings.data_dir, night(number), [model(f"a/m-{each}", each) for each in there])
        )
    assert quality(settings)["absent"].to_list() == [None, 2, 0]
    late = [model(f"a/m-{each}", each) for each in range(5, 40)]
    update(settings, curated, land(settings.data_dir, night(5), late))
    assert quality(settings)["absent"].to_list() == [None, 4, 0, 0], "the one before is another now"
    top = [model(f"a/m-{each}", each) for each in range(30, 40)]
    update(settings, curated, land(settings.data_dir, night(7), top, scope="top:10", attempt=2))
    assert dict(quality(settings).filter(scope="top:10").select("scope", "absent").rows()) == {"top:10": None}


def test_what_counters_did_since_the_night_before_stands_beside_the_walk(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", memory_limit="1GB", threads=2)
    curated = small_registry(tmp_path / "registry")
    brought = {
        0: 0,
        1: 100,
        2: 100,
        3: 0,
        4: 200,
    }  # by each model in all: the third night stands still, the fourth falls
    for number, more in brought.items():
        models = [model(f"a/m-{each}", each, downloads_30d=3000, downloads_all_time=9000 + more) for each in range(30)]
        update(settings, curated, land(settings.data_dir, night(number), models))
    told = quality(settings).select("stalled_share", "most_stalled", "fell", "recovered").rows()
    assert told == [(None, None, None, None), (0, 0, 0, 0), (1, 1, 0, 0), (None, None, 30, 0), (None, None, 0, 30)]


def test_a_night_that_is_loaded_again_has_one_row(settings: Settings) -> None:
    run = landed(settings)
    pipeline.load(settings, run)
    pipeline.load(settings, run)
    assert quality(settings).height == 1
