"""One family's signals side by side: as plain Python reckons them of the demo, and as each verb tells them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import tracker
from tests.answers.portable import faults
from tracker.api import Copy

FAMILY, THIN = "Qwen", 20
NOBODY = ("unknown", "unreviewed")
Told = dict[tuple[str, str | None, date], tuple[Any, ...]]


@pytest.fixture(scope="module")
def copy(demo_folder: Path) -> Iterator[Copy]:
    with tracker.open(demo_folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def answer(copy: Copy) -> Any:
    return copy.measure("family_signals", family=FAMILY, thin=THIN)


def rows(copy: Copy, sql: str) -> list[dict[str, Any]]:
    return list(copy.sql(sql).frame.iter_rows(named=True))


def told(answer: Any, signal: str, source: str | None = None) -> Told:
    """Return value, low, high and name by source, board and period."""
    return {
        (row["source"], row["board"], row["period"]): (row["value"], row["value_low"], row["value_high"], row["name"])
        for row in answer.table.dicts()
        if row["signal"] == signal and source in (None, row["source"])
    }


def same(ours: Told, theirs: Told) -> None:
    assert ours and ours.keys() == theirs.keys()
    for key, values in theirs.items():
        assert ours[key] == tuple(pytest.approx(each) if isinstance(each, float) else each for each in values), key


def test_derivatives_are_reckoned_model_by_model(copy: Copy, answer: Any) -> None:
    sums: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    models: dict[date, set[int]] = defaultdict(set)
    for row in rows(
        copy, "select model_key, created_month, family, status, credit from lineage where status <> 'root'"
    ):
        month, is_traced = sums[row["created_month"]], row["status"] not in ("dangling", "outside")
        models[row["created_month"]].add(row["model_key"])
        month["all"] += row["credit"]
        month["loose"] += row["credit"] * (not is_traced or row["family"] in NOBODY)
        month["own"] += row["credit"] * (row["family"] == FAMILY)
        month["firm"] += row["credit"] * (row["family"] == FAMILY and is_traced)
    expected: Told = {}
    for first, month in sums.items():
        parts = (month["own"], month["firm"], month["firm"] + month["loose"])
        shares = tuple(float(Fraction(part, month["all"])) for part in parts)
        expected["hub_models", None, first] = (*(shares if len(models[first]) >= THIN else (None,) * 3), None)
    same(told(answer, "derivatives"), expected)


def test_downloads_are_those_of_each_month_s_last_night(copy: Copy, answer: Any) -> None:
    last = {
        row["day"]
        for row in rows(
            copy, "select max(snapshot_date) as day from nights group by date_trunc('month', snapshot_date)"
        )
    }
    sums: dict[date, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows(copy, "select snapshot_date, family, downloads_30d from downloads_by_family"):
        group = "own" if row["family"] == FAMILY else "loose" if row["family"] in NOBODY else "others"
        sums[row["snapshot_date"]][group] += row["downloads_30d"]
    expected: Told = {}
    for night in last:
        month = sums[night]
        own, high = (part / sum(month.values()) for part in (month["own"], month["own"] + month["loose"]))
        expected["hub_models", None, night.replace(day=1)] = (own, own, high, None)
    same(told(answer, "downloads"), expected)


def test_tokens_are_reckoned_slug_by_slug_to_the_token(copy: Copy, answer: Any) -> None:
    verdicts = {row["name"]: row for row in rows(copy, "from signal_names where signal = 'token_days' order by name")}
    sums: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows(copy, "select day, slug, tokens from token_days_current"):
        said, week = verdicts[row["slug"]], sums[row["day"] - timedelta(days=row["day"].weekday())]
        is_closed = said["openness"] == "closed" and said["developer"] not in NOBODY
        week["all"] += row["tokens"]
        week["own"] += row["tokens"] * (said["family"] == FAMILY)
        week["loose"] += row["tokens"] * (said["family"] in NOBODY and not is_closed)
    all_of, attributed = {}, {}
    for first, week in sums.items():
        own, high = (Fraction(part, week["all"]) for part in (week["own"], week["own"] + week["loose"]))
        all_of["openrouter", None, first] = (float(own), float(own), float(high), None)
        part = float(Fraction(week["own"], week["all"] - week["loose"]))
        attributed["openrouter", None, first] = (part, None, None, None)
    same(told(answer, "tokens"), all_of)
    same(told(answer, "tokens_attributed"), attributed)


def test_ratings_are_those_of_its_best_open_model_and_of_the_best_of_all(copy: Copy, answer: Any) -> None:
    verdicts = {(row["signal"], row["name"]): row for row in rows(copy, "from signal_names order by name")}
    boards: dict[tuple[str, str, date], list[Any]] = defaultdict(list)
    for row in rows(copy, "from arena_ratings_current where category = 'overall' order by all"):
        cells = (
            row["rating"],
            row["low"],
            row["high"],
            row["model_name"],
            verdicts["arena_ratings", row["model_name"]],
        )
        boards["arena", row["arena"], row["board_date"]].append(cells)
    scores = rows(copy, "from index_scores_current order by model")
    for day in {row["released_on"] for row in scores}:
        boards["epoch_eci", "index", day] = [
            (row["score"], row["low"], row["high"], row["model"], verdicts["index_scores", row["model"]])
            for row in scores
            if row["released_on"] <= day
        ]
    best, gaps = {}, {}
    for key, models in boards.items():
        ordered = sorted(models, key=lambda each: (-each[0], each[3]))
        own = next((each for each in ordered if each[4]["family"] == FAMILY and each[4]["openness"] == "open"), None)
        if own is None:
            continue
        best[key], first = own[:4], ordered[0]
        low, high = (None if None in ends else ends[0] - ends[1] for ends in ((own[1], first[2]), (own[2], first[1])))
        gaps[key] = (own[0] - first[0], *((0, 0) if own is first else (low, high)), own[3])
    same(told(answer, "rating"), best)
    same(told(answer, "rating_gap"), gaps)


def test_licence_and_second_hub_are_reckoned_model_by_model(copy: Copy, answer: Any) -> None:
    (line,) = rows(copy, f"from families where line = '{FAMILY}'")
    sums: dict[str, int] = defaultdict(int)
    for row in rows(
        copy, "from models where removed_at is null and publisher_organization = developer order by model_id"
    ):
        if row["own_family"] == FAMILY:
            sums[row["license_class"]] += row["downloads_30d"] or 0
    most = max(sums, key=lambda each: sums[each])
    assert (line["license_class"], sums[most] > 0) == (most, True)
    (night,) = {row["day"] for row in rows(copy, "select max(snapshot_date) as day from nights")}
    same(told(answer, "licence"), {("hub_models", None, night): (sums[most] / sum(sums.values()), None, None, most)})
    verdicts = {
        row["name"]: row["family"] for row in rows(copy, "from signal_names where signal = 'second_hub' order by name")
    }
    hubs: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    newest = {row["snapshot_date"]: row["run_id"] for row in rows(copy, "from second_hub order by run_id")}
    for row in rows(copy, "from second_hub order by all"):
        if row["run_id"] == newest[row["snapshot_date"]] and verdicts[row["model_id"]] not in NOBODY:
            hubs[row["snapshot_date"]][verdicts[row["model_id"]]] += row["downloads_all_time"]
    expected = {
        ("modelscope", None, day): (hub[FAMILY] / sum(hub.values()), None, None, None) for day, hub in hubs.items()
    }
    same(told(answer, "second_hub"), expected)


def test_it_is_what_the_verbs_tell_one_by_one(copy: Copy, answer: Any) -> None:
    shares = copy.share(FAMILY, first=date(2025, 1, 1)).table.dicts()
    ours = {f"{period:%Y-%m}": cells[:3] for (_, _, period), cells in told(answer, "derivatives").items()}
    compared = [row for row in shares if row["family"] == FAMILY and row["n"] >= THIN]
    assert len(compared) > 3
    for row in compared:
        assert ours[row["month"]] == pytest.approx((row["share"], row["low"], row["high"]))
    weeks = copy.trend(FAMILY, by="tokens", of="families", every="week").table.dicts()
    tokens, attributed = told(answer, "tokens"), told(answer, "tokens_attributed")
    for row in (each for each in weeks if each["family"] == FAMILY and each["days"] == 7):
        key = ("openrouter", None, row["period"])
        assert tokens[key][:3] == pytest.approx((row["share"], row["low"], row["high"]))
        assert attributed[key][0] == pytest.approx(row["share_attributed"])


def test_it_names_every_source_and_runs_on_other_engines(copy: Copy, answer: Any) -> None:
    assert {each["name"] for each in answer.about["sources"]} >= {"openrouter", "arena", "epoch_eci", "modelscope"}
    assert all(any(name in note for note in answer.notes) for name in ("OpenRouter", "Arena", "Epoch", "ModelScope"))
    assert copy.sql(answer.sql).frame.rows() == answer.frame.rows()
    assert faults(answer.sql) == []


def test_months_narrow_it(copy: Copy) -> None:
    narrowed = copy.measure("family_signals", family=FAMILY, first="2026-10", until="2026-10").table.dicts()
    periods = {row["period"] for row in narrowed if row["period"] and row["signal"] != "licence"}
    assert periods and all(date(2026, 9, 28) <= each <= date(2026, 10, 31) for each in periods)
