"""Tokens and ratings of recordings: equal to the recorded files' own sums, to the token, by day and by week."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

import tracker
from tests import signal_rows
from tests.real.recorded import ABSENT, FOLDER
from tests.store.nights import land, model, update
from tracker import registry
from tracker.settings import Settings

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=ABSENT)

DAY, FIRST = date(2026, 8, 1), date(2025, 1, 1)


def weekly():
    """A year of the nine largest models of each week, which were recorded as sums: here a seventh a day."""
    listed = pl.read_csv(FOLDER / "openrouter_weekly_top9" / "weekly_top9.csv", try_parse_dates=True)
    days = listed.join(pl.DataFrame({"back": range(7)}), how="cross")
    part = pl.col("total_tokens") // 7 + pl.when(pl.col("back") == 0).then(pl.col("total_tokens") % 7).otherwise(0)
    return days.select(day=pl.col("week_end") - pl.duration(days="back"), slug="model_permaslug", tokens=part)


@pytest.fixture(scope="module")
def recorded():
    """The last value of each day and model of 41 days of 2026, and the weeks of 2025."""
    frame = pl.read_csv(FOLDER / "openrouter_daily" / "rankings_daily.csv", try_parse_dates=True)
    daily = frame.rename({"date": "day", "model_permaslug": "slug", "total_tokens": "tokens"})
    return pl.concat([weekly(), daily.select("day", "slug", "tokens")])


@pytest.fixture(scope="module")
def copy(tmp_path_factory, recorded):
    settings = Settings(data_dir=tmp_path_factory.mktemp("recorded") / "data")
    book = registry.load()
    update(settings, book, land(settings.data_dir, DAY, [model("Qwen/Qwen3-8B", 1)]), publish=False)
    signal_rows.save(settings, "openrouter", DAY, token_days=recorded)
    arena = {
        "board_date": "date", "model_name": "key", "rating": "rating", "organization_raw": "Organization",
        "license_raw": "License",
    }  # fmt: skip
    boards = pl.read_parquet(FOLDER / "arena_legacy" / "arena_text_2023_2025.parquet")
    shown = boards.select(**arena, arena=pl.lit("text"), category=pl.lit("overall"))
    signal_rows.save(settings, "arena", DAY, arena_ratings=shown)
    index = pl.read_csv(FOLDER / "epoch_eci" / "eci_scores_2025-12-19.csv", try_parse_dates=True).select(
        as_of=pl.lit(date(2025, 12, 19)), model="Model", released_on="date", score="eci", low="eci_ci_low",
        high="eci_ci_high", organization="Organization", country_raw="Country (of organization)",
        accessibility="Model accessibility",
    )  # fmt: skip
    signal_rows.save(settings, "epoch_eci", date(2025, 12, 19), index_scores=index)
    signal_rows.publish(settings)
    with tracker.open(settings.data_dir) as opened:
        yield opened


@pytest.mark.parametrize("of", ["countries", "families", "models", "openness"])
@pytest.mark.parametrize(("every", "step"), [("day", "1d"), ("week", "1w")])
def test_tokens_are_those_of_the_recording_to_the_token(copy, recorded, of, every, step):
    told = copy.trend(by="tokens", of=of, every=every, rows=1000, first=FIRST).frame
    ours = told.group_by("period").agg(pl.col("value").sum()).sort("period")
    theirs = recorded.group_by(period=pl.col("day").dt.truncate(step)).agg(pl.col("tokens").sum()).sort("period")
    assert ours["period"].to_list() == theirs["period"].to_list()
    assert [int(each) for each in ours["value"]] == theirs["tokens"].to_list()


def test_weeks_by_origin_and_openness_are_those_of_the_recording_to_the_token(copy, recorded):
    told = copy.measure("tokens_by_origin", least=1).frame
    ours = told.group_by("week").agg(pl.col("tokens").sum(), pl.col("share").sum()).sort("week")
    theirs = recorded.group_by(week=pl.col("day").dt.truncate("1w")).agg(pl.col("tokens").sum()).sort("week")
    assert ours["week"].to_list() == theirs["week"].to_list()
    assert [int(each) for each in ours["tokens"]] == theirs["tokens"].to_list()
    assert ours["share"].to_list() == pytest.approx([1.0] * ours.height)
    for openness in ("open", "closed"):
        by_country = copy.trend(
            by="tokens", of="countries", every="week", rows=1000, first=FIRST, where=f"openness={openness}"
        ).frame.filter(pl.col("origin_country") != "unattributed")
        same = told.filter((pl.col("openness") == openness) & (pl.col("origin_country") != "unattributed"))
        assert sorted(same.select("week", "origin_country", pl.col("tokens").cast(pl.Int64)).rows()) == sorted(
            by_country.select("period", "origin_country", pl.col("value").cast(pl.Int64)).rows()
        )


def test_a_model_has_the_tokens_of_all_its_variants_and_releases(copy, recorded):
    told = copy.trend("tencent/hy3", by="tokens", of="models", every="month", rows=1000, first=FIRST).frame
    ours = told.filter(pl.col("model") == "tencent/hy3")["value"].sum()
    named = recorded.filter(pl.col("slug").str.contains(r"^tencent/hy3-\d{8}(:|$)"))
    assert named["slug"].n_unique() > 1
    assert int(ours) == named["tokens"].sum()


def test_what_is_not_attributed_is_what_the_source_hides(copy, recorded):
    told = copy.trend(by="tokens", of="countries", every="month", rows=1000, first=FIRST)
    ours = told.frame.filter(pl.col("origin_country") == "unattributed")["value"].sum()
    hidden = pl.col("slug").str.contains(r"^(other|openrouter/.*|stealth/.*)$")
    assert int(ours) == recorded.filter(hidden)["tokens"].sum()
    assert told.coverage["attributed"] == pytest.approx(1 - int(ours) / recorded["tokens"].sum())


def test_the_best_open_model_is_not_the_one_that_a_word_for_a_licence_makes_open(copy):
    """Of April 2025 a hosted model with an open word for a licence would turn the sign of the gap."""
    told = copy.measure("best_open").frame.filter((pl.col("source") == "arena") & (pl.col("day") == date(2025, 3, 26)))
    best = dict(told.select("origin_country", "model").iter_rows())
    assert (best["CN"], best["US"]) == ("deepseek-r1", "gemma-3-27b-it")
    gaps = dict(told.select("origin_country", "gap").iter_rows())
    assert gaps["CN"] == -gaps["US"] > 0


def test_an_index_gives_its_gap_with_an_interval(copy):
    told = copy.measure("best_open").frame.filter(pl.col("source") == "epoch_eci").sort("day")
    last = told.filter(pl.col("day") == told["day"].max())
    china, america = (last.filter(pl.col("origin_country") == each).row(0, named=True) for each in ("CN", "US"))
    assert china["gap"] == pytest.approx(china["rating"] - america["rating"])
    assert china["gap_low"] < china["gap"] < china["gap_high"]


def test_claims_about_tokens_name_every_denominator_and_which_makes_them_true(copy):
    told = {row["id"]: row for row in copy.claims(["F22", "F79", "F81", "F83"]).table.dicts()}
    peak = told["F79"]
    assert (peak["verdict"], peak["within"]) == ("possible", 1)
    assert "true of the 9 largest models" in peak["why"] and "for all tokens" in peak["why"]
    assert 0.27 <= peak["points"][0]["ours"] <= 0.33
    assert "not of the 9 largest models" in told["F81"]["why"] and told["F81"]["verdict"] == "cannot"
    told |= {row["id"]: row for row in copy.claims(["F23", "F80", "F82", "F84", "F90"]).table.dicts()}
    assert "the highest of which gives 26.6% of the 9 largest models" in told["F23"]["why"]
    assert "begins on 2025-01-01; since then there are 8,108,665,835,183 of DeepSeek" in told["F82"]["why"]
    # 18 against 5.5 trillion is near to what a chart of ten shows, and far from all tokens
    assert "CN 25,115,160,607,922, US 15,092,798,280,230 of all tokens" in told["F84"]["why"]
    assert "CN 20,394,686,385,588, US 5,767,976,301,893 of the 10 largest models" in told["F84"]["why"]
    assert "all 46,720,348,192,435 of all tokens in that of 2026-06-22" in told["F90"]["why"]
    assert {told[name]["verdict"] for name in ("F23", "F80", "F82", "F84", "F90")} == {"cannot"}
    for name in ("F22", "F83"):  # of weeks that no recording has
        assert told[name]["verdict"] == "cannot" and "OpenRouter's rankings-daily" in told[name]["why"]
