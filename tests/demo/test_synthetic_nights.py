"""How the synthetic Hub moves from night to night: counters, births, removals, returns, renames."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from tests.demo.synthetic_registry import small_registry
from tracker.demo.synthetic import SyntheticEcosystem
from tracker.demo.synthetic.counters import Shown, counter_days

Nights = Mapping[date, Mapping[str, dict[str, Any]]]  # night -> _id -> item


@pytest.fixture(scope="module")
def ecosystem(tmp_path_factory: pytest.TempPathFactory) -> SyntheticEcosystem:
    return SyntheticEcosystem(5_000, 31, registry=small_registry(tmp_path_factory.mktemp("registry")))


@pytest.fixture(scope="module")
def nights(ecosystem: SyntheticEcosystem) -> Nights:
    return {
        night: {item["_id"]: item for item in map(json.loads, ecosystem.lines(night))} for night in ecosystem.nights
    }


@pytest.fixture(scope="module")
def shown(ecosystem: SyntheticEcosystem) -> list[Shown]:
    return [ecosystem.shown(night) for night in ecosystem.nights]


def settled(ecosystem: SyntheticEcosystem) -> np.typing.NDArray[np.bool_]:
    """Return which rows were there two months before the first night."""
    first = datetime.combine(ecosystem.nights[0], datetime.min.time(), UTC) - timedelta(days=60)
    return ecosystem.population.created < int(first.timestamp())


def test_a_night_changes_about_a_quarter_of_the_counters(shown: list[Shown]) -> None:
    usual = [(shown[at - 1], shown[at]) for at in range(1, 8)]

    for before, after in usual:
        assert 0.15 < (before.downloads_30d != after.downloads_30d).mean() < 0.32
        assert 0.15 < (before.downloads_all_time != after.downloads_all_time).mean() < 0.32
        assert 0.0005 < (before.likes != after.likes).mean() < 0.012


def test_the_all_time_counter_grows_by_what_the_window_gains_and_loses(
    ecosystem: SyntheticEcosystem, shown: list[Shown]
) -> None:
    # after 30 usual nights the window holds exactly what the all-time counter won: compare the ends where
    # no artefact is on (the first night and the 31st), for models whose counter is neither frozen nor recounted
    grown = shown[30].downloads_all_time - shown[0].downloads_all_time
    exact = (grown == shown[30].downloads_30d)[settled(ecosystem)]

    assert exact.mean() > 0.99
    assert not exact.all(), "frozen and recounted ones"


def test_weekends_are_weaker(ecosystem: SyntheticEcosystem, shown: list[Shown]) -> None:
    gains = {
        ecosystem.nights[at]: int((shown[at].downloads_all_time - shown[at - 1].downloads_all_time).sum())
        for at in range(1, 8)  # the first week is free of artefacts
    }
    by_counted_day = {(night - timedelta(days=1)).weekday(): gain for night, gain in gains.items()}

    assert by_counted_day[6] < min(by_counted_day[day] for day in range(1, 5))


def test_a_stall_shows_the_same_counters_and_is_caught_up(ecosystem: SyntheticEcosystem, shown: list[Shown]) -> None:
    stalls = [
        at
        for at in range(1, 31)
        if (shown[at].downloads_30d == shown[at - 1].downloads_30d).all()
        and (shown[at].likes == shown[at - 1].likes).all()
    ]

    assert len(stalls) == 1
    assert ecosystem.nights[stalls[0]].weekday() == 2
    gain = [int((shown[at].downloads_all_time - shown[at - 1].downloads_all_time).sum()) for at in range(1, 31)]
    assert gain[stalls[0]] > 1.5 * float(np.median(gain)), "the next night makes up for it"


def test_a_partial_stall_holds_back_the_newer_models_only(ecosystem: SyntheticEcosystem, shown: list[Shown]) -> None:
    moved = shown[15].downloads_30d != shown[14].downloads_30d
    newer = np.arange(len(moved)) >= 0.7 * len(moved)

    assert not moved[newer].any()
    assert moved[~newer].mean() > 0.15
    assert counter_days(ecosystem.nights, ecosystem.nights[17]).newer == ecosystem.nights[16]


def test_the_all_time_counter_falls_in_a_roll_back_and_recovers(shown: list[Shown]) -> None:
    fell = shown[21].downloads_all_time < shown[20].downloads_all_time
    active = shown[20].downloads_30d > 30

    assert 0.25 < fell[active].mean() < 0.45
    assert (shown[24].downloads_all_time >= shown[20].downloads_all_time)[fell].mean() > 0.99


def test_counters_stay_in_range(ecosystem: SyntheticEcosystem, shown: list[Shown]) -> None:
    for each in shown:
        assert each.downloads_30d.min() >= 0
        assert each.likes.min() >= 0
        below = each.downloads_all_time < each.downloads_30d
        assert below.mean() < 0.005, "frozen, recounted or rolled back ones only"


def test_likes_rise_and_fall(shown: list[Shown]) -> None:
    change = shown[30].likes - shown[0].likes

    assert (change > 0).sum() > 20
    assert (change < 0).sum() > 5


def test_a_night_shows_what_was_created_before_six_in_the_morning(nights: Nights) -> None:
    known: set[str] = set()
    for night, items in nights.items():
        newest = max(item["createdAt"] for item in items.values())
        assert newest < f"{night}T06:00:00.000Z"
        new = {item["createdAt"] for hub_id, item in items.items() if known and hub_id not in known}
        assert new or not known, "new models appear every night"
        known |= items.keys()


def test_models_disappear_and_some_return_with_the_same_id(nights: Nights) -> None:
    seen = list(nights.values())
    gone = {hub_id for hub_id in seen[0] if hub_id not in seen[-1]}
    returned = {hub_id for hub_id in seen[0] if hub_id in seen[-1] and any(hub_id not in items for items in seen[1:-1])}

    assert 20 <= len(gone) <= 40
    assert returned
    for hub_id in returned:
        away = [night for night, items in nights.items() if hub_id not in items]
        assert away == [away[0] + timedelta(days=step) for step in range(len(away))]


def test_derivatives_keep_the_tag_of_a_removed_parent(nights: Nights, ecosystem: SyntheticEcosystem) -> None:
    first, last = nights[ecosystem.nights[0]], nights[ecosystem.nights[-1]]
    orphans = [
        (item, parent["id"])
        for hub_id, item in first.items()
        for parent in item.get("baseModels", {}).get("models", [])
        if hub_id in last and parent["_id"] not in last
    ]

    assert orphans
    for item, parent in orphans:
        now = last[item["_id"]]
        assert parent not in [each["id"] for each in now.get("baseModels", {}).get("models", [])]
        assert f"base_model:{parent}" in now["tags"]


def test_renamed_models_keep_their_id_and_their_derivatives_follow(
    nights: Nights, ecosystem: SyntheticEcosystem
) -> None:
    first, last = nights[ecosystem.nights[0]], nights[ecosystem.nights[-1]]
    renamed = {hub_id: (first[hub_id]["id"], item["id"]) for hub_id, item in last.items() if hub_id in first}
    renamed = {hub_id: names for hub_id, names in renamed.items() if names[0] != names[1]}
    redirects = ecosystem.renames(ecosystem.nights[-1])
    present = {item["id"] for item in last.values()}

    assert len(renamed) > 20
    assert not ecosystem.renames(ecosystem.nights[0])
    assert set(redirects.values()) <= present
    assert not present & redirects.keys(), "a name in use is not redirected"
    for old, new in renamed.values():
        assert redirects.get(old, new) == new
    assert len({new.partition("/")[0] for old, new in renamed.values() if new.endswith(old.partition("/")[2])}) == 1
    for item in last.values():
        for parent in item.get("baseModels", {}).get("models", []):
            assert last[parent["_id"]]["id"] == parent["id"]
            assert f"base_model:{parent['id']}" in item["tags"]


def test_a_model_renamed_twice_is_redirected_from_both_names(ecosystem: SyntheticEcosystem) -> None:
    steps = next(steps for steps in ecosystem.life.renamed.values() if len(steps) == 2)
    redirects = ecosystem.renames(ecosystem.nights[-1])

    assert redirects[steps[0][1]] == steps[1][1]
    assert list(redirects.values()).count(steps[1][1]) == 2


def test_old_names_are_used_again_by_other_models(nights: Nights) -> None:
    owners: dict[str, set[str]] = {}
    for items in nights.values():
        names = [item["id"] for item in items.values()]
        assert len(names) == len({name.lower() for name in names}), "one owner a night"
        for hub_id, item in items.items():
            owners.setdefault(item["id"], set()).add(hub_id)

    assert sum(len(each) > 1 for each in owners.values()) >= 3


def test_some_models_say_later_what_they_derive_from(nights: Nights, ecosystem: SyntheticEcosystem) -> None:
    first, last = nights[ecosystem.nights[0]], nights[ecosystem.nights[-1]]
    late = [
        item
        for hub_id, item in last.items()
        if hub_id in first and "baseModels" in item and "baseModels" not in first[hub_id]
    ]

    assert len(late) >= 20
    assert all(item["lastModified"] > f"{ecosystem.nights[0]}" for item in late)
