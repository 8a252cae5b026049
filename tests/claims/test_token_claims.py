"""Claims about tokens: each computed of all that its author may have meant, and each named."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

import tracker
from tests import signal_rows
from tests.claims.ledger import claim, judged
from tests.registry_folder import write_registry
from tests.store.nights import land, model, update
from tracker import registry
from tracker.settings import Settings

WEIGHTS = {"weights": "scratch", "weights_source": "https://example.org/page"}
REGISTRY = {
    "organizations": [
        {"namespace": "Qwen", "organization": "Alibaba", "country": "CN"},
        {"namespace": "Shut", "organization": "Shut", "country": "US"},
    ],
    "families": [{"line": "Qwen", "developer": "Alibaba", **WEIGHTS}],
    "roots": [{"pattern": "Qwen/Qwen3-*", "line": "Qwen"}],
    "makers": [
        {"name": "other", "source": "openrouter", "weights": "hidden", "country": ""},
        {"name": "shut", "organization": "Shut", "weights": "closed", "country": ""},
    ],
}
MONDAY = date(2026, 2, 9)
# tokens a day of the first week, and of the second, whose last day is missing; nine models lie behind the first
DAILY = [("qwen/qwen3-8b", 40, 80), *[(f"shut/{number}", 4, 1) for number in range(9)], ("shut/small", 2, 1)]
OTHER = ("other", 22, 10)  # a day: 40 + 9 * 4 + 2 + 22 = 100


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    place = tmp_path_factory.mktemp("tokens")
    settings = Settings(data_dir=place / "data")
    book = registry.load(write_registry(place / "registry", **REGISTRY))
    update(settings, book, land(settings.data_dir, date(2026, 2, 25), [model("Qwen/Qwen3-8B", 1)]), publish=False)
    rows = [
        (MONDAY + timedelta(days=day), slug, first if day < 7 else second)
        for day in range(13)
        for slug, first, second in (*DAILY, OTHER)
    ]
    rows += [(MONDAY + timedelta(days=21 + day), slug, 7) for day in range(7) for slug, *_ in DAILY[:9]]
    frame = pl.DataFrame(rows, schema=["day", "slug", "tokens"], orient="row")
    signal_rows.save(settings, "openrouter", date(2026, 3, 10), token_days=frame)
    signal_rows.publish(settings)
    with tracker.open(settings.data_dir) as copy:
        yield copy.published


def told(published, asks, text, **about):
    return judged(published, claim(asks, text, definition="", data="C", **about))


WEEK = "2026-02-09..2026-02-15"
SHARES = {
    # what is claimed: what makes it true
    f"{WEEK} CN = 0.4": "all tokens",
    f"{WEEK} CN open = {40 / 78}": "tokens whose maker is known",
    f"{WEEK} open = {40 / 76}": "the 10 largest models",
    f"{WEEK} CN = {40 / 72}": "the 9 largest models",
}


@pytest.mark.parametrize("text", SHARES)
def test_a_share_is_true_of_one_denominator_and_not_of_the_others(published, text):
    row = told(published, "token_share", text)
    assert (row["verdict"], row["readings"], row["within"]) == ("possible", 4, 1)
    assert row["why"].startswith(f"true of {SHARES[text]} (") and row["why"].count("; not of ") == 3
    (point,) = row["points"]
    assert point["definition"] == f"of {SHARES[text]}" and point["distance"] < 1e-9
    assert (point["lowest"]["ours"], point["highest"]["ours"]) == (0.4, pytest.approx(40 / 72))
    assert published.table(point["sql"])["value"] == [point["ours"]]


def test_a_share_of_nothing_that_it_may_be_of_is_impossible(published):
    row = told(published, "token_share", f"{WEEK} CN = 0.9")
    assert (row["verdict"], row["within"]) == ("impossible", 0)
    assert row["ours"] == f"{WEEK} CN 40.0% to 55.6%"


def test_tokens_of_a_week_are_its_sum(published):
    row = told(published, "tokens", f"{WEEK} US = 266; {WEEK} CN = 280")
    assert (row["verdict"], row["why"].split(" (")[0]) == ("possible", "true of all tokens")


def test_a_week_with_a_missing_day_is_not_summed(published):
    row = told(published, "token_share", "2026-02-16..2026-02-22 CN = 0.8")
    assert (row["verdict"], row["ours"]) == ("cannot", None)
    assert "0 of 1 weeks are whole here" in row["why"] and "rankings-daily" in row["why"]


def test_a_peak_needs_no_more_than_a_week_that_has_it(published):
    assert told(published, "peak_token_share", "2026-02-01..2026-02-22 CN = 0.4")["verdict"] == "possible"
    row = told(published, "peak_token_share", "2026-02-01..2026-02-22 CN = 0.9")
    assert row["verdict"] == "cannot" and "the highest of which gives 40.0% of all tokens" in row["why"]


def test_a_chart_of_nine_says_nothing_of_ten_nor_of_all(published):
    row = told(published, "token_share", f"2026-03-02..2026-03-08 CN = {1 / 9}")
    assert (row["verdict"], row["within"]) == ("possible", 1)
    assert row["why"].startswith("true of the 9 largest models") and "for all tokens" in row["why"]
    assert told(published, "token_share", "2026-03-02..2026-03-08 CN = 0.9")["verdict"] == "cannot"


ONE_WEEK = [
    # points of some one week: verdict, and how its reason begins
    ("CN = 280; = 700", "possible", "true of all tokens (2026-02-02..2026-03-08 CN 280 in the week of 2026-02-09;"),
    ("CN = 280; = 546", "possible", "true of tokens whose maker is known ("),
    ("Qwen = 280; US = 224", "possible", "true of the 9 largest models ("),
    ("CN = 280; US = 280", "cannot", "needs OpenRouter's rankings-daily"),  # each of a week, and of no one
]


@pytest.mark.parametrize(("text", "verdict", "why"), ONE_WEEK)
def test_points_of_a_week_hold_of_one_and_the_same(published, text, verdict, why):
    points = "; ".join(f"2026-02-02..2026-03-08 {each}".replace("  ", " ") for each in text.split("; "))
    row = told(published, "week_tokens", points)
    assert row["verdict"] == verdict and row["why"].startswith(why), row["why"]
    if verdict == "cannot":  # no week lacks a word on what it has
        assert (
            "1 of 5 weeks are whole here; the closest of which has CN 280, US 266 of all tokens in that of 2026-02-09; "
            in row["why"]
        )
    for point in row["points"]:
        assert not point.get("sql") or published.table(point["sql"])["value"] == [point["ours"]]


def test_points_of_a_week_that_no_week_has_are_impossible(published):
    row = told(published, "week_tokens", f"{WEEK} CN = 280; {WEEK} US = 900")
    assert row["verdict"] == "impossible" and row["why"].startswith("not of all tokens (")


def test_a_sum_that_began_before_the_history_can_be_too_much_and_no_more(published):
    row = told(published, "tokens", "2024-12-30..2026-02-15 CN = 100")
    assert row["verdict"] == "impossible" and "not of all tokens (2024-12-30..2026-02-15 CN 280)" in row["why"]
    row = told(published, "tokens", "2024-12-30..2026-02-15 CN = 1000")
    assert row["verdict"] == "cannot"
    assert "begins on 2025-01-01; since then there are 280 of CN in 1 of 58 weeks, among all tokens; " in row["why"]


def test_a_family_that_nobody_knows_has_no_tokens_to_be_told(published):
    assert "a family called Qwne" in told(published, "tokens", f"{WEEK} Qwne = 1")["why"]


def test_days_before_the_history_of_the_source_cannot_be_had(published):
    assert "begins on 2025-01-01" in told(published, "token_share", "2024-11 CN = 0.01")["why"]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"asks": "tokens", "points": ""}, "so points must be given"),
        ({"asks": "tokens", "points": "2026-02 CN = 1", "definition": "default"}, "and no definition"),
    ],
)
def test_a_wrong_row_of_the_ledger_is_told(tmp_path, cells, message):
    from tests.registry_folder import FILLED
    from tracker.registry import claims

    about = FILLED | {"id": "T1", "statement": "x", "figure": "1", "data": "C", "tolerance": "0.1", "band": "0.1"}
    line = ",".join((about | cells).get(column, "") for column in claims.RULE.columns if column != "notes")
    (tmp_path / claims.FILE).write_text(f"{','.join(claims.RULE.columns)}\n{line},\n", encoding="utf-8")
    assert any(message in str(each) for each in claims.check(tmp_path))
