"""What the pages of a walk tell of clocks and caches: how far ours is off, and which are older than the walk."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.landing.landed_pages import DAY, page_line
from tracker import gates
from tracker.gates import NightFacts
from tracker.landing import Answered, LandedRun, Manifest, Walk, answered

BEGAN = datetime(DAY.year, DAY.month, DAY.day, 10, 17, tzinfo=UTC)  # by this machine's clock


def walked(
    data_dir: Path,
    pages: list[tuple[timedelta, dict[str, str]]],
    *,
    ahead: Sequence[timedelta] = (),
    synthetic: bool = False,
) -> LandedRun:
    """Land a walk that asks for a page every ten seconds: what each says, `date` being that long before it came.

    `ahead` is how far our clock was ahead when a page came, for the first of them.
    """
    manifest = Manifest("run", "hub_models", "https://hub.example", "full", DAY, BEGAN, synthetic=synthetic)
    walk = Walk.create(data_dir, manifest)
    for number, (ago, headers) in enumerate(pages, 1):
        came = BEGAN + timedelta(seconds=10 * number)
        said = {"date": format_datetime(came - ago, usegmt=True)} | headers
        ours = came + (ahead[number - 1] if number <= len(ahead) else timedelta())
        walk.append(dataclasses.replace(page_line(number, b"[]"), fetched_at=ours.isoformat(), headers=said), b"[]")
    walk.close()
    return walk.note()


NOW, DAY_OLD = (timedelta(), {}), (timedelta(hours=24), {"age": "86400", "x-cache": "Hit from cloudfront"})
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("ahead", [-7 * HOUR, timedelta(seconds=-90), timedelta(), 30 * HOUR])
def test_a_clock_that_is_off_is_told_with_its_seconds(tmp_path: Path, ahead: timedelta) -> None:
    told = answered(walked(tmp_path, [(ahead, {})] * 3))
    assert told == Answered(3, clock_skew_seconds=ahead.total_seconds(), stale_pages=0, stalest_seconds=0)


@pytest.mark.parametrize("ahead", [-5 * HOUR, timedelta(), 5 * HOUR])
@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_page_of_before_the_walk_is_found_whatever_our_clock_says(
    tmp_path: Path, ahead: timedelta, place: int
) -> None:
    pages = [(ahead, {})] * 5
    pages[place] = (ahead + timedelta(hours=24), DAY_OLD[1])
    told = answered(walked(tmp_path, pages))
    assert (told.clock_skew_seconds, told.stale_pages) == (ahead.total_seconds(), 1)
    assert told.stalest_seconds == pytest.approx(24 * 3600, abs=60)


def test_a_cache_that_puts_its_own_time_into_date_is_found_by_its_age(tmp_path: Path) -> None:
    told = answered(walked(tmp_path, [NOW, (timedelta(), {"age": "90000"}), NOW]))
    assert (told.clock_skew_seconds, told.stale_pages) == (0, 1)
    assert told.stalest_seconds == pytest.approx(90000, abs=60)


def test_a_clock_that_jumps_while_a_walk_is_under_way_makes_no_page_stale(tmp_path: Path) -> None:
    for name, jump in (("set back", 5 * HOUR), ("set forward", -5 * HOUR)):
        told = answered(walked(tmp_path / name, [NOW] * 11, ahead=[jump] * 3))
        assert (told.clock_skew_seconds, told.stale_pages) == (0, 0), name
        old = answered(walked(tmp_path / name / "old", [*[NOW] * 3, DAY_OLD, *[NOW] * 8], ahead=[jump] * 4))
        assert (old.clock_skew_seconds, old.stale_pages) == (0, 1), name


def test_a_walk_whose_pages_all_came_from_a_cache_is_stale_as_a_whole_by_our_clock(tmp_path: Path) -> None:
    told = answered(walked(tmp_path, [DAY_OLD] * 4))
    assert (told.clock_skew_seconds, told.stale_pages) == (0, 4)


@pytest.mark.parametrize(
    "headers", [{"age": "600"}, {"age": "soon"}, {"age": ""}, {"age": "-86400"}, {"x-cache": "Hit from cloudfront"}]
)
def test_a_cache_of_minutes_and_an_age_that_is_none_are_no_fault(tmp_path: Path, headers: dict[str, str]) -> None:
    old = timedelta(seconds=600 if headers.get("age") == "600" else 0)
    assert answered(walked(tmp_path, [NOW, (old, headers), NOW])).stale_pages == 0


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 99 Nov 2026 10:00:00 GMT"])
def test_pages_that_tell_no_time_are_not_judged(tmp_path: Path, date: str) -> None:
    assert answered(walked(tmp_path, [(timedelta(), {"date": date})] * 2)) == Answered(2)
    run = walked(tmp_path / "other", [NOW])
    (run.folder / "journal.jsonl").unlink()
    assert answered(run) == Answered(0)


def test_a_made_up_hub_has_a_clock_of_its_own_and_its_caches_are_judged_by_it(tmp_path: Path) -> None:
    ago = timedelta(days=8)
    pages = [(ago, {}), (ago + timedelta(hours=24), {}), (ago, {})]
    told = answered(walked(tmp_path, pages, synthetic=True))
    assert (told.clock_skew_seconds, told.stale_pages) == (None, 1)


def facts(**told: float | None) -> NightFacts:
    return NightFacts(DAY, "full", "https://hub.example", 3_000_000, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stale", "passed", "blocking"), [(0, True, False), (1, False, False), (66, False, False), (67, False, True)]
)
def test_a_few_stale_pages_are_a_remark_and_more_refuse_the_night(stale: int, passed: bool, blocking: bool) -> None:
    verdict = gates.pages_are_fresh(facts(pages=3300, stale_pages=stale, stalest_seconds=23.4 * 3600), None)
    assert (verdict.passed, verdict.blocking) == (passed, blocking)
    assert passed or f"{stale} of 3,300 pages were made up to 23 h before the walk began" in verdict.reason


@pytest.mark.parametrize(
    ("skew", "told"),
    [(None, ""), (300, ""), (-301, "0:05:01 behind the Hub's"), (90_000, "1 day, 1:00:00 ahead of the Hub's")],
)
def test_a_clock_that_is_off_is_a_remark(skew: float | None, told: str) -> None:
    verdict = gates.clock_agrees(facts(clock_skew_seconds=skew), None)
    assert (verdict.passed, verdict.blocking) == (not told, False)
    assert told in verdict.reason
