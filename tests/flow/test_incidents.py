"""Planted calendars are found with kind, class and days, and ordinary nights are left alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import pytest

from tests.flow.worlds import COHORTS, NEWER, World, nights, world
from tracker.flow.incidents import incidents, unsettled_from
from tracker.flow.shapes import ALL, ClassNight, Incident

FULL = [date(2025, 3, 4), date(2025, 8, 16), date(2025, 8, 17), date(2025, 8, 19), date(2025, 10, 15)]
HALF = [  # Wednesdays but for the last
    date(2025, 7, 16), date(2025, 7, 23), date(2025, 8, 13), date(2025, 9, 10), date(2025, 10, 1), date(2025, 10, 8),
    date(2025, 11, 5), date(2025, 11, 26), date(2025, 12, 17), date(2026, 1, 28), date(2026, 2, 11), date(2026, 4, 29),
    date(2026, 5, 12),
]  # fmt: skip


def days_of(found: Iterable[Incident], kind: str, cohort: str) -> set[date]:
    return {label for each in found if (each.kind, each.cohort) == (kind, cohort) for label in each.labels}


def newer(made: World) -> np.ndarray:
    return np.isin(made.cohort, NEWER)


@pytest.mark.parametrize("seed", range(6))
def test_ordinary_nights_are_left_alone(seed: int) -> None:
    made = world(seed, 331, models=(200, 1_000, 2_000)[seed % 3], growth=(0.0, 0.002, 0.006)[seed % 3])
    assert incidents(nights(made)) == []


@pytest.fixture(scope="module")
def calendar() -> tuple[World, list[Incident]]:
    """A year and a half with the stalls, roll-backs, dips, partial nights and gaps that the real Hub had."""
    made = world(5, 560, 800, first=date(2024, 12, 1))
    every = np.ones(len(made.cohort), dtype=bool)
    for label in FULL:
        made.freeze(label, every)
    rng = np.random.default_rng(1)
    half = np.isin(made.cohort, ("2024-06", "2024-12")) & (rng.random(len(made.cohort)) < 0.6)
    for label in HALF:
        made.freeze(label, newer(made) | half)
    fell = rng.random(len(made.cohort)) < 0.13
    made.roll_back([date(2025, 5, 19), date(2025, 5, 20)], fell, 6)
    made.lose(date(2025, 11, 23), rng.random(len(made.cohort)) < 0.74)
    made.lose(date(2026, 2, 4), rng.random(len(made.cohort)) < 0.034)
    made.hold_back(date(2025, 6, 12), 0.25)
    made.hold_back(date(2026, 5, 3), 0.25)
    made.missing = {made.night(made.at(date(2026, 3, 10)) + day) for day in range(17)}
    return made, incidents(nights(made))


def test_every_full_stall_is_found_in_every_class(calendar: tuple[World, list[Incident]]) -> None:
    for cohort in COHORTS:
        assert set(FULL) <= days_of(calendar[1], "stall", cohort)


def test_half_stalls_are_the_newer_classes(calendar: tuple[World, list[Incident]]) -> None:
    _, found = calendar
    for cohort in COHORTS[3:]:
        assert set(HALF) <= days_of(found, "stall", cohort), cohort
    for cohort in COHORTS[:3]:
        assert not set(HALF) & days_of(found, "stall", cohort)


def test_each_stall_is_caught_up_on_the_day_after(calendar: tuple[World, list[Incident]]) -> None:
    _, found = calendar
    for cohort in NEWER:
        assert {label + timedelta(days=1) for label in HALF} <= days_of(found, "catch-up", cohort)


def test_roll_backs_partial_nights_and_dips_are_found(calendar: tuple[World, list[Incident]]) -> None:
    _, found = calendar
    assert days_of(found, "fall", ALL) == {date(2025, 5, 19)}
    assert days_of(found, "recovery", ALL) == {date(2025, 5, 21)}
    assert days_of(found, "partial", ALL) == {date(2025, 11, 23), date(2026, 2, 4)}
    for label in (date(2025, 6, 12), date(2026, 5, 3)):
        assert {each.cohort for each in found if each.kind == "stall" and label in each.labels} == set(COHORTS)


def test_nothing_else_is_flagged(calendar: tuple[World, list[Incident]]) -> None:
    made, found = calendar
    stalled = {label for each in found if each.kind == "stall" for label in each.labels}
    assert stalled == {*FULL, *HALF, date(2025, 6, 12), date(2026, 5, 3)}
    assert not [each for each in found if each.is_open]
    told = nights(made)
    assert unsettled_from(told, found) == max(each.last_label for each in told) - timedelta(days=2)


def test_what_is_found_does_not_hang_on_what_comes_later(calendar: tuple[World, list[Incident]]) -> None:
    """A night's incidents are those of the year but for what is open: they can be made anew at any time."""
    made, whole = calendar
    told = nights(made)
    for until in (date(2025, 3, 10), date(2025, 8, 25), date(2026, 2, 20)):
        found = incidents([each for each in told if each.snapshot_date <= until])
        closed = [each for each in found if not each.is_open]
        assert closed == [each for each in whole if each in closed]
        assert {each.first_label for each in found} >= {each.first_label for each in whole if each.last_label < until}


def stalled_world(seed: int, label: date, days: int) -> World:
    made = world(seed, 120)
    made.freeze(label, newer(made), days)
    return made


@pytest.mark.parametrize("days", [1, 2, 3, 6])
def test_a_long_stall_is_one_incident_and_spread_over_its_days(days: int) -> None:
    first = date(2025, 3, 10)
    found = incidents(nights(stalled_world(3, first, days)))
    last = first + timedelta(days=days)
    for each in found:
        assert (each.spread_first, each.spread_last) == (first, last)
        assert each.cohort in NEWER and not each.is_open
    stalls = [each for each in found if each.kind == "stall"]
    assert [(each.first_label, each.last_label) for each in stalls] == [(first, last - timedelta(days=1))] * len(NEWER)
    catch_ups = [each for each in found if each.kind == "catch-up"]
    assert {each.first_label for each in catch_ups} == {last} and len(catch_ups) == len(NEWER)
    lacking = sum(each.amount for each in stalls)
    assert sum(each.amount for each in catch_ups) == pytest.approx(lacking, rel=0.25)


@pytest.mark.parametrize(("late", "then"), [(6, 9), (2, 7), (4, 5)])
def test_a_catch_up_in_two_late_pieces_is_paired(late: int, then: int) -> None:
    """Half of three stalled nights comes some nights later, the rest later still."""
    made, label = world(4, 120), date(2025, 3, 10)
    which, at = newer(made), made.at(label)
    lacking = made.true[at : at + 3].sum(axis=0) * which
    for day in range(at, at + 3):
        made.shown[day, which] = made.shown[at - 1, which]
    for day in range(at + 3, at + 3 + then):
        made.shown[day] -= lacking if day < at + 2 + late else lacking - lacking // 2
    found = incidents(nights(made))
    for cohort in NEWER:
        assert days_of(found, "stall", cohort) == {label + timedelta(days=day) for day in range(3)}
        assert days_of(found, "catch-up", cohort) == {
            label + timedelta(days=2 + late),
            label + timedelta(days=3 + then),
        }
    assert {each.kind for each in found} == {"stall", "catch-up"}


def test_a_class_that_varies_much_is_repaid_with_those_that_stood_still_with_it() -> None:
    """A few new models make its days what they like: alone it would be repaid by the first good one."""
    made, label = world(17, 120), date(2025, 3, 10)
    few = np.flatnonzero(made.cohort == "2026-06")[:4]
    total = made.true[:, made.cohort == "2026-06"].sum(axis=1).mean()
    made.true[:, few] = total * np.exp(np.random.default_rng(5).normal(0, 1.0, (len(made.true), len(few))))
    made = World(made.first, made.true, made.cohort)
    which, at = newer(made), made.at(label)
    lacking = made.true[at] * which
    made.shown[at : at + 5] -= lacking
    found = incidents(nights(made))
    assert days_of(found, "stall", "2026-06") == {label}
    assert {day for each in found if each.kind == "catch-up" for day in each.labels} == {label + timedelta(days=5)}
    assert {each.cohort for each in found if each.kind == "catch-up"} == set(NEWER)


def test_a_stall_that_nothing_repays_stays_flagged_and_is_not_spread() -> None:
    made, label = world(6, 120), date(2025, 3, 10)
    which, at = newer(made), made.at(label)
    made.shown[at:, which] -= made.true[at, which]
    found = incidents(nights(made))
    assert {(each.kind, each.first_label, each.is_open, each.spread_first) for each in found} == {
        ("stall", label, False, None)
    }
    within = [each for each in nights(made) if each.last_label <= label + timedelta(days=4)]
    assert unsettled_from(within, incidents(within)) == label


def test_a_class_of_two_models_does_what_its_neighbour_does() -> None:
    made, label = world(7, 120), date(2025, 3, 10)
    few = np.flatnonzero(made.cohort == "2025-12")[2:]
    made.cohort[few] = "2026-06"
    made.freeze(label, newer(made))
    assert days_of(incidents(nights(made)), "stall", "2025-12") == {label}


def test_a_burst_of_one_model_makes_no_stall_of_its_class() -> None:
    """For 30 days its 30-day counter promises what does not come again."""
    made = world(8, 160)
    at = made.at(date(2025, 3, 10))
    model = int(np.flatnonzero(made.cohort == "2024-12")[0])
    made.true[at, model] += 40 * int(made.true[at, made.cohort == "2024-12"].sum())
    assert incidents(nights(World(made.first, made.true, made.cohort))) == []


def test_mass_deletions_are_no_partial_night() -> None:
    made = world(9, 120)
    gone = np.random.default_rng(2).random(len(made.cohort)) < 0.05
    made.shown[made.at(date(2025, 3, 10)) :, gone] = -1
    assert incidents(nights(made)) == []


def test_a_fall_that_never_comes_back_is_over_after_a_month() -> None:
    made = world(10, 120)
    fell = np.random.default_rng(3).random(len(made.cohort)) < 0.2
    made.shown[made.at(date(2025, 3, 10)) :, fell] //= 2
    found = [each for each in incidents(nights(made)) if each.cohort == ALL]
    assert [(each.kind, each.first_label, each.is_open) for each in found] == [("fall", date(2025, 3, 10), False)]


@pytest.mark.parametrize("large_first", [False, True])
def test_a_fall_is_over_when_its_models_are_back_in_two_parts(large_first: bool) -> None:
    """The fallen counters count on meanwhile, so that less comes back than was lost, or the large first."""
    made, label = world(15, 120), date(2025, 3, 10)
    fell = np.random.default_rng(3).random(len(made.cohort)) < 0.3
    early = np.random.default_rng(4).random(len(made.cohort)) < 0.5
    if large_first:
        lost = made.shown[made.at(label)] - made.shown[made.at(label) - 8]
        early = lost > np.median(lost[fell])
    shown = made.shown.copy()
    for which, days in ((fell & early, 3), (fell & ~early, 5)):
        at = made.at(label)
        made.shown[at : at + days, which] = shown[at - 8 : at - 8 + days, which]
    found = [each for each in incidents(nights(made)) if each.cohort == ALL]
    assert [(each.kind, (each.first_label - label).days, each.is_open) for each in found] == [
        ("fall", 0, False),
        ("recovery", 3, False),
        ("recovery", 5, False),
    ]


def test_who_went_in_a_week_of_outage_is_not_back_by_a_partial_night_after_it() -> None:
    made, label = world(16, 120), date(2025, 3, 10)
    at = made.at(label)
    made.missing = {made.night(day) for day in range(at - 7, at)}
    gone, lost = np.array_split(np.random.default_rng(2).permutation(len(made.cohort))[:32], 2)
    made.shown[at - 5 :, gone] = -1
    made.shown[at + 4, lost] = -1
    assert days_of(incidents(nights(made)), "partial", ALL) == {label + timedelta(days=4)}


def test_a_night_missing_within_a_stall_is_part_of_it() -> None:
    made = stalled_world(11, date(2025, 3, 10), 4)
    made.missing = {made.night(made.at(date(2025, 3, 11)))}
    found = incidents(nights(made))
    for cohort in NEWER:
        assert days_of(found, "stall", cohort) == {date(2025, 3, day) for day in range(10, 14)}
        assert days_of(found, "catch-up", cohort) == {date(2025, 3, 14)}


def test_a_roll_back_behind_a_gap_is_a_stall_of_days_although_nothing_fell() -> None:
    """Nights are missing meanwhile: the counters of most are seven days old, and yet above those of eight before."""
    made = world(12, 80)
    at = made.at(date(2025, 2, 12))
    half = np.random.default_rng(4).random(len(made.cohort)) < 0.6
    made.missing = {made.night(day) for day in range(at - 7, at)}
    made.roll_back([made.first + timedelta(days=day) for day in range(at, at + 3)], half, 7)
    found = incidents(nights(made))
    large = [cohort for cohort in COHORTS if days_of(found, "stall", cohort)]
    assert len(large) > len(COHORTS) / 2 and {each.kind for each in found} == {"stall", "catch-up"}
    for cohort in large:
        assert days_of(found, "stall", cohort) == {made.first + timedelta(days=day) for day in range(at - 7, at + 1)}
        assert days_of(found, "catch-up", cohort) == {made.first + timedelta(days=at + 3)}


def test_no_nights_are_no_incidents() -> None:
    nothing: list[ClassNight] = []
    assert incidents(nothing) == []
