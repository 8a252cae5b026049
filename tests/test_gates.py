"""Each gate lets an ordinary night pass and stops the incident it was made for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.demo.made_models import made_models
from tests.landing.landed_pages import parsed
from tracker import gates
from tracker.gates import FLOOR, NightFacts, Verdict, judge
from tracker.landing import Walk
from tracker.landing.parse.facts import NULLABLE, night_facts
from tracker.registry import load

DAY = date(2026, 11, 22)
LAST = NightFacts(
    snapshot_date=DAY - timedelta(days=1),
    scope="full",
    endpoint="https://huggingface.co",
    models=3_000_000,
    oldest_created_at=FLOOR,
    downloads_30d=1_000_000_000,
    downloads_all_time=50_000_000_000,
    missing=dict.fromkeys(gates.ALWAYS_THERE, 0.0) | {"pipeline_tag": 0.4},
    publishers={"Qwen": 900, "small": 90},
    families={"Qwen": 300_000, "Tiny": 60},
    likes=15_000_000,
    created={DAY - timedelta(days=back): 30 for back in range(1, 10)},
    leaders={f"{number:024x}": (number, number * 9) for number in range(100)},
)
TODAY = replace(
    LAST,
    snapshot_date=DAY,
    models=3_003_000,
    created={**LAST.created, DAY: 30},
    leaders={each: (a + 1, b + 5) for each, (a, b) in LAST.leaders.items()},
)


def failed(new: NightFacts, last: NightFacts | None = LAST) -> dict[str, Verdict]:
    return {verdict.gate: verdict for verdict in judge(new, last) if not verdict.passed}


def test_an_ordinary_night_passes_every_gate() -> None:
    verdicts = judge(TODAY, LAST)
    assert [verdict.gate for verdict in verdicts] == [each.__name__ for each in (*gates.GATES, *gates.COMPARING_GATES)]
    assert all(verdict.passed for verdict in verdicts)
    assert all(verdict.reason for verdict in verdicts)


def test_a_first_night_is_judged_by_itself() -> None:
    assert failed(TODAY, None) == {}
    assert set(failed(replace(TODAY, models=0), None)) == {"plausible_count"}


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"last_page_seen": False}, "reaches_the_end"),
        ({"oldest_created_at": FLOOR + timedelta(days=300)}, "reaches_the_end"),
        ({"oldest_created_at": None}, "reaches_the_end"),
        ({"models": 289_000}, "plausible_count"),  # 2025-11-24
        ({"models": 2_898_000}, "plausible_count"),  # 2026-02-05: 3.4 % lost
        ({"models": 3_500_000}, "plausible_count"),
        ({"missing": {**LAST.missing, "downloads_all_time": 1.0}}, "values_are_there"),
        ({"missing": {**LAST.missing, "likes": 0.02}}, "values_are_there"),
        ({"missing": {**LAST.missing, "pipeline_tag": 0.46}}, "values_are_there"),
        ({"duplicates": 200_000}, "few_duplicates"),
        ({"quarantined": 31_000}, "few_quarantined"),
        ({"downloads_30d": 400_000_000}, "plausible_downloads"),
        ({"downloads_30d": 2_100_000_000}, "plausible_downloads"),
        ({"downloads_all_time": 44_000_000_000}, "all_time_downloads_grow"),
        ({"publishers": {"small": 90}}, "publishers_are_there"),
        ({"publishers": {"Qwen": 440, "small": 90}}, "publishers_are_there"),
        ({"families": {"Qwen": 100_000, "Tiny": 60}}, "families_are_there"),
    ],
)
def test_an_incident_is_stopped(change: dict[str, object], gate: str) -> None:
    found = failed(replace(TODAY, **change))
    assert list(found) == [gate]
    assert found[gate].blocking
    assert all(isinstance(number, (int, float)) for number in found[gate].numbers.values())


@pytest.mark.parametrize(
    "change",
    [
        {"models": 2_950_000},  # a purge of 1.7 %
        {"oldest_created_at": FLOOR + timedelta(days=20)},
        {"missing": {**LAST.missing, "pipeline_tag": 0.44}},
        {"downloads_30d": 870_000_000},  # a Sunday
        {"publishers": {"Qwen": 500}},
        {"families": {"Qwen": 290_000}},  # Tiny is below the size of a large family
        {"duplicates": 100},
        {"quarantined": 29_000},
    ],
)
def test_what_happens_on_ordinary_nights_passes(change: dict[str, object]) -> None:
    assert failed(replace(TODAY, **change)) == {}


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"downloads_30d": 750_000_000}, "plausible_downloads"),  # 2026-06
        ({"downloads_30d": 550_000_000}, "plausible_downloads"),
        ({"downloads_30d": 2_000_000_000}, "plausible_downloads"),
        ({"likes": 5_000_000}, "likes_hold"),
        ({"likes": 0}, "likes_hold"),
        ({"likes": 30_000_000}, "likes_hold"),
        ({"created": LAST.created}, "new_models_came"),
        ({"created": {**LAST.created, DAY: 2}}, "new_models_came"),
        ({"created": {}}, "new_models_came"),
        ({"leaders": LAST.leaders}, "counters_moved"),
        ({"downloads_all_time": 49_000_000_000}, "all_time_downloads_grow"),
        ({"downloads_all_time": 100_000_000_000}, "all_time_downloads_grow"),
    ],
)
def test_a_silent_night_is_loaded_with_a_remark(change: dict[str, object], gate: str) -> None:
    found = failed(replace(TODAY, **change))
    assert list(found) == [gate] and not found[gate].blocking
    assert all(isinstance(number, (int, float)) for number in found[gate].numbers.values())


def test_nights_that_were_missed_may_move_totals_further() -> None:
    later = replace(TODAY, snapshot_date=DAY + timedelta(days=6), downloads_30d=650_000_000)
    assert failed(later) == {}  # of 210 models 30 came: few, and no silence


def test_where_few_models_come_a_night_without_is_ordinary() -> None:
    few = replace(LAST, created=dict.fromkeys(LAST.created, 9))
    assert failed(replace(TODAY, created=few.created), few) == {}


def test_counters_that_stand_still_are_a_remark() -> None:
    for share in (1.0, 0.3):
        still = dict(list(LAST.leaders.items())[: int(100 * share)])
        found = failed(replace(TODAY, leaders=TODAY.leaders | still))
        assert list(found) == ["counters_moved"] and not found["counters_moved"].blocking
        assert found["counters_moved"].numbers["share"] == pytest.approx(share)
    assert failed(replace(TODAY, leaders=LAST.leaders, snapshot_date=LAST.snapshot_date)) == {}


def test_a_hub_that_grew_over_a_gap_of_nights_passes() -> None:
    created = {DAY + timedelta(days=back): 30 for back in range(-9, 31)}
    assert failed(replace(TODAY, models=3_900_000, created=created, snapshot_date=DAY + timedelta(days=30))) == {}


def test_nights_of_different_scopes_or_endpoints_are_not_compared() -> None:
    other = replace(TODAY, models=20, downloads_30d=1, downloads_all_time=1, publishers={}, families={}, leaders={})
    for last in (replace(LAST, scope="top:20000"), replace(LAST, endpoint="http://127.0.0.1:1")):
        assert failed(other, last) == {}


def test_a_partial_scope_need_not_reach_the_oldest_models() -> None:
    part = replace(TODAY, scope="publisher:Qwen", models=12, oldest_created_at=None)
    assert failed(part, replace(LAST, scope="publisher:Qwen", models=15, publishers={}, families={})) == {}


@pytest.mark.parametrize(
    ("models", "least", "passes"), [(1000, 7, True), (990, 7, True), (500, 7, False), (500, 0, True), (0, 0, False)]
)
def test_the_most_downloaded_are_n_or_end_with_the_undownloaded(models: int, least: int, passes: bool) -> None:
    night = replace(TODAY, scope="top:1000", models=models, least_downloads_30d=least, oldest_created_at=None)
    assert (failed(night, None) == {}) == passes


def test_of_a_pruned_night_the_count_alone_is_compared() -> None:
    pruned = NightFacts(LAST.snapshot_date, "full", None, 3_000_000, detailed=False)
    assert failed(TODAY, pruned) == {}
    assert list(failed(replace(TODAY, models=2_000_000), pruned)) == ["plausible_count"]


def test_facts_say_what_was_landed(tmp_path: Path) -> None:
    items = [
        {**item, "id": f"{'Qwen' if number < 60 else 'bob'}/m-{number}", "downloads": number, "likes": None}
        for number, item in enumerate(made_models(100))
    ]
    for number, item in enumerate(items):
        item["baseModels"] = {
            "relation": "finetune",
            "models": [{"_id": "6" * 24, "id": "Qwen/Qwen3-8B"}, {"_id": "7" * 24, "id": "nobody/knows"}][: number % 3],
        }
    run, _ = parsed(tmp_path, [items])
    run = Walk(run.folder, run.manifest, []).note(models=100, duplicates=3, quarantined=4)
    facts = night_facts(run, load(None))
    assert (facts.models, facts.duplicates, facts.quarantined, facts.scope) == (100, 3, 4, "full")
    assert facts.downloads_30d == sum(range(100)) and facts.likes == 0
    assert facts.created == {}
    assert facts.oldest_created_at == FLOOR and isinstance(facts.oldest_created_at, datetime)
    assert facts.publishers == {"Qwen": 60}
    assert facts.families == {"Qwen": 66} and night_facts(run).families == {}
    assert set(facts.missing) == set(NULLABLE)
    assert (facts.missing["likes"], facts.missing["created_at"]) == (1.0, 0.0)
    assert len(facts.leaders) == 100 and facts.leaders[items[99]["_id"]][0] == 99
    assert judge(facts, facts)[0].passed
