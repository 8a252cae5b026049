"""A verdict says no more than the data: what a rule that is not published may give, and what a copy cannot answer."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests import planted
from tests.claims.ledger import ALL, CLAIMS, DEFINITIONS, claim, judged
from tests.store.nights import land, update
from tracker import claims, store
from tracker.claims.desk import WHOLE_HUB
from tracker.settings import Settings
from tracker.words import CANNOT, VERDICTS


def of_qwen(value: str, **about) -> claims.Claim:
    return claim("share", f"2026-09 Qwen = {value}", "family", "atom-family", **({"data": "A?"} | about))


def test_a_rule_that_is_not_published_is_possible_where_a_reading_falls_within_the_tolerance(published):
    """0.2857 is 2 of the 7 that were downloaded more than 5 times in all: another denominator, the other counter."""
    row = judged(published, of_qwen("0.2857"))
    assert (row["verdict"], row["readings"], row["within"]) == ("possible", 36, 2)
    assert row["ours"] == "2026-09 Qwen 20.0% to 50.0%"
    assert row["why"] == "2 of 36 readings fall within the tolerance of 1.0%; all give 20.0% to 50.0%"
    assert row["definition"] == "atom-family"


def test_it_is_impossible_where_none_does_however_close_the_closest_comes(published):
    """0.54 would be within the band of 10 % of the 50 % that one reading gives."""
    row = judged(published, of_qwen("0.54", band=0.1))
    assert (row["verdict"], row["readings"], row["within"]) == ("impossible", 36, 0)
    assert row["why"] == "0 of 36 readings fall within the tolerance of 1.0%; all give 20.0% to 50.0%"
    assert "closest" not in row["why"]


def test_a_reading_must_give_every_point_at_once(published):
    """Each point by itself is given by some reading."""
    two = claim("share", "2026-09 Qwen = 0.5; 2026-09 Llama = 0.2857", "family", "atom-family", data="A?")
    row = judged(published, two)
    assert row["verdict"] == "impossible"
    assert row["ours"] == "2026-09 Qwen 20.0% to 50.0%; 2026-09 Llama 28.6% to 75.0%"


@pytest.mark.parametrize("data", ["A", "A?"])
def test_a_definition_with_choices_that_are_not_published_is_no_published_rule(published, data):
    """hf-direct leaves open whether an organization's own models count: 3 or 2 are Alibaba's."""
    for value, verdict in ((3, "possible"), (2, "possible"), (4, "impossible")):
        text = f"2026-10-01 Alibaba Cloud = {value}"
        row = judged(published, claim("count", text, "base_publisher", "hf-direct", data=data))
        assert (row["verdict"], row["ours"], row["readings"]) == (verdict, "2026-10-01 Alibaba Cloud 2 to 3", 2)


@pytest.mark.parametrize(("value", "verdict"), [(9890, "possible"), (12000, "impossible")])
def test_a_claim_of_an_open_rule_with_one_reading_says_so(published, value, verdict):
    text = f"2026-09-30 Alibaba Cloud = {value}"
    row = judged(published, claim("downloads", text, "publisher_organization", "hub-downloads", data="B?"))
    assert row["verdict"] == verdict
    assert "of 1 reading falls within" in row["why"]
    assert "nothing else is listed of a rule that is not fully published" in row["why"]


@pytest.mark.parametrize(("value", "verdict"), [("0.3889", "reproduced"), ("0.41", "within band"), ("0.6", "differs")])
def test_a_published_rule_is_reproduced_within_band_or_differs(published, value, verdict):
    row = judged(published, claim("share", f"2026-09 Qwen = {value}", "family"))
    assert (row["verdict"], row["readings"], row["within"]) == (verdict, None, None)
    assert row["points"][0]["lowest"] is None


def test_where_a_reading_is_missing_nothing_is_impossible(published):
    """Seven derivatives have more than 5 downloads in all, but six in 30 days: fewer than seven are too few here."""
    row = judged(published, of_qwen("0.9"), few=7)
    assert row["verdict"] == "cannot"
    assert row["why"].startswith("needs the whole Hub; 2026-09 has 6 derivatives here; 0 of 36 readings fall within")
    assert "that can be computed give" in row["why"]
    possible = judged(published, of_qwen("0.2857"), few=7)
    assert possible["verdict"] == "possible"
    assert "of 36 readings fall within" in possible["why"] and "that can be computed give" in possible["why"]


def test_the_closing_line_counts_every_verdict(published):
    made = [of_qwen("0.9"), claim("none", "", definition="", needs="needs OpenRouter", id="T2")]
    answer = claims.evaluate(published, made, DEFINITIONS, **ALL)
    assert answer.notes == ("0 reproduced, 0 within band, 0 differs, 0 possible, 1 impossible, 1 cannot",)
    assert answer.parameters["verdicts"] == dict.fromkeys(VERDICTS, 0) | {"impossible": 1, "cannot": 1}


# what no copy may judge: a part of the Hub, a small one, one without the nights, one that is made up
KINDS = (
    claim("share", "2026-09 Qwen = 0.3889", "family"),
    claim("share", "2026-09 Qwen = 0.2857", "family", "atom-family", data="A?"),
    claim("count", "2026-10-01 = 16", "", "hub-totals"),
    claim("growth", "2026-08-31..2026-10-05 transformers = 0.8", "library_name", "hub-totals"),
    claim("downloads", "2026-10-05 Alibaba Cloud = 9900", "publisher_organization", "hub-downloads"),
    claim("downloads_share", "2026-10-05 Mistral AI = 0.48", "publisher_organization", "hub-downloads"),
    claim("largest", "2026-10-05 1 = 0.48"),
    claim("size_share", "2026-10-05 1B-9B = 1"),
    claim("derivatives_rank", "2026-10-05 Qwen/Qwen3-8B = 1"),
    claim("derivative_downloads", "2026-10-05 Qwen/Qwen3-8B-Instruct = 0.2"),
    claim("downloads_30d", "2026-10-05 carol/tune = 100", "model_id", "hub-downloads"),
)


def words_of(published, **options) -> set[str]:
    return {judged(published, each, **options)["verdict"] for each in KINDS}


@pytest.mark.parametrize("scope", ["top:100", "publisher:Qwen"])
def test_a_partial_scope_judges_nothing(scope):
    with planted.published(scope=scope) as partial:
        rows = [judged(partial, each) for each in KINDS]
    assert {row["verdict"] for row in rows} == {CANNOT}
    assert {row["why"] for row in rows} == {f"needs the whole Hub; this copy covers {scope}"}
    assert {row["ours"] for row in rows} == {None}


def test_a_copy_of_less_than_a_million_models_judges_single_models_alone(published):
    rows = [judged(published, each, whole_hub=WHOLE_HUB) for each in KINDS]
    assert {row["why"] for row in rows[:-1]} == {"needs the whole Hub; this copy holds 15 models"}
    assert rows[-1]["verdict"] == "reproduced"


def test_a_synthetic_copy_shows_figures_and_judges_nothing_by_them():
    with planted.published(synthetic=True) as made_up:
        rows = [judged(made_up, each) for each in KINDS]
        as_shipped = claims.evaluate(made_up, KINDS, DEFINITIONS)
        listed = judged(made_up, claim("listed", "2026-10-05 = 2", "", "atom-downloads"), models=["a/b", "c/d"])
    assert {row["verdict"] for row in rows} == {CANNOT}
    assert {row["why"] for row in rows if row["ours"]} == {"needs the real Hub; this copy is synthetic demo data"}
    assert rows[0]["ours"] == "2026-09 Qwen 43.8%"  # M-Q never was there
    assert rows[1]["ours"] == "2026-09 Qwen 20.0% to 50.0%"
    assert {row["within"] for row in rows} == {None}
    assert set(as_shipped.frame["verdict"]) == {CANNOT}
    assert listed["verdict"] == "reproduced"  # of a list, which no copy is asked for


@pytest.mark.parametrize(
    ("asks", "text", "why"),
    [
        ("downloads", "2026-09-19 Alibaba Cloud = 1", "needs a snapshot of about 2026-09-19"),
        ("largest", "2026-09-19 1 = 0.5", "needs a snapshot of about 2026-09-19"),
        ("window", "2026-09-19..2026-10-05 Alibaba Cloud = 1", "needs a snapshot of about 2026-09-19"),
        ("window", "2026-09-12..2026-10-05 Alibaba Cloud = 1", "needs nights that are 23 days apart; those of"),
        ("window", "2026-10-05..2026-10-05 Alibaba Cloud = 1", "needs two nights, about 2026-10-05"),
        ("window_share", "2026-09-05..2026-10-05 Alibaba Cloud = 1", "needs counters that do not fall"),
        ("window", "2026-09-05..2026-10-05 Mistral AI = 1", "needs counters that do not fall; those of Mistral AI"),
        ("count", "2026-09-15..2026-09-30 Alibaba Cloud = 1", "needs a period that begins on the first of a month"),
        ("share", "2026-09-15 Alibaba Cloud = 1", "needs one whole month; 2026-09-15 is none"),
        ("share", "2026-08-01..2026-09-30 Alibaba Cloud = 1", "needs one whole month"),
        ("share", "2026-09 Alibaba = 1", "needs the publisher organization Alibaba; nothing here is called so"),
        ("count", "2026-10-01 Alibaba = 1", "needs the publisher organization Alibaba; nothing here is called so"),
    ],
)
def test_what_the_nights_and_months_do_not_carry_is_not_judged(published, asks, text, why):
    row = judged(published, claim(asks, text, "publisher_organization", "hub-downloads"))
    assert row["verdict"] == CANNOT
    assert row["why"].startswith(why)


def test_a_group_without_derivatives_is_a_zero_and_no_gap(published):
    row = judged(
        published, claim("count", "2026-09-01..2026-09-30 Unsloth < 5", "publisher_organization", "hub-totals")
    )
    assert (row["verdict"], row["ours"]) == ("reproduced", "2026-09-01..2026-09-30 Unsloth 0")


def test_a_group_outside_the_denominator_has_no_share(published):
    made = claim("share", "2026-09 unreviewed = 0", "family", "default+denominator=traced")
    definitions = DEFINITIONS | {made.definition: DEFINITIONS["default"].override(denominator="traced")}
    row = claims.evaluate(published, [made], definitions, **ALL).frame.row(0, named=True)
    assert row["why"].startswith("needs a denominator that holds unreviewed")


def test_a_night_that_stands_for_another_day_is_named(published):
    text = "2026-10-02 Alibaba Cloud = 9890"
    row = judged(published, claim("downloads", text, "publisher_organization", "hub-downloads"))
    assert row["verdict"] == "reproduced"
    assert row["why"] == "agrees; the night of 2026-09-30 stands for 2026-10-02, 2 days off"
    assert row["points"][0]["nights"] == [{"day": date(2026, 10, 2), "night": date(2026, 9, 30)}]


def test_counters_of_two_sources_are_not_subtracted_from_one_another(tmp_path):
    settings = Settings(data_dir=tmp_path / "data", memory_limit="1GB", threads=2)
    known = planted.curated(tmp_path / "registry")
    for night, source in zip(planted.NIGHTS, ("old", "old", "hub_models", "hub_models", "hub_models"), strict=True):
        update(settings, known, land(settings.data_dir, night, planted.rows(night), source=source))
    with store.open_published(settings.data_dir, memory_limit="1GB") as mixed:
        about = ("publisher_organization", "hub-downloads")
        one = judged(mixed, claim("window", "2026-09-08..2026-10-05 Alibaba Cloud = 54", *about))
        near = judged(mixed, claim("window", "2026-09-05..2026-10-05 Alibaba Cloud = 60", *about, tolerance=0.1))
        assert one["verdict"] == "reproduced"
        assert [pair["night"] for pair in near["points"][0]["nights"]] == [date(2026, 9, 8), date(2026, 10, 5)]
        both = judged(mixed, claim("window", "2026-09-04..2026-09-30 Alibaba Cloud = 52", *about))
        assert both["why"].startswith("needs nights that are 26 days apart; those of 2026-09-08 and 2026-09-30")


def test_every_figure_of_the_ledger_has_a_verdict_that_its_rule_allows(ledger):
    is_open = {
        each.id: each.is_partly_published or bool(DEFINITIONS[each.definition].unpublished)
        for each in CLAIMS
        if each.definition
    }
    for row in ledger.frame.filter(pl.col("verdict") != CANNOT).iter_rows(named=True):
        allowed = {"possible", "impossible"} if is_open[row["id"]] else {"reproduced", "within band", "differs"}
        assert row["verdict"] in allowed, row["id"]
        if is_open[row["id"]]:
            assert f"{row['within']} of {row['readings']} reading" in row["why"]
