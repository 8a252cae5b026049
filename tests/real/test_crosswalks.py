"""Names of other sources, on recordings of them: how much reaches a maker, a country, a family, a word on weights."""

from __future__ import annotations

import polars as pl
import pytest

from tests.real.recorded import ABSENT, FOLDER
from tracker import registry
from tracker.curation.elsewhere import coverage_of, read
from tracker.registry.elsewhere import Crosswalk, Said

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=ABSENT)


@pytest.fixture(scope="module")
def book():
    return registry.load()


def shares(book, source, name):
    covered = coverage_of(source, read(FOLDER / name), book)
    return {each.what: each.share for each in covered}


def test_tokens_of_forty_one_days_reach_a_developer_and_a_country(book):
    found = shares(book, "openrouter", "openrouter_daily/rankings_daily.csv")
    assert found["tokens of a developer and a country"] >= 0.92
    assert found["... of the tokens whose name tells a maker"] >= 0.99
    assert found["tokens known to be of open or of closed weights"] >= 0.92


def test_tokens_of_a_year_of_weekly_leaders_and_of_a_long_tail_do_too(book):
    weekly = shares(book, "openrouter", "openrouter_weekly_top9/weekly_top9.csv")
    tail = shares(book, "openrouter", "openrouter_frontend_week/rankings_models_week.parquet")
    assert weekly["tokens of a developer and a country"] >= 0.92
    assert min(each["... of the tokens whose name tells a maker"] for each in (weekly, tail)) >= 0.99


@pytest.mark.parametrize("name", ["arena_legacy/arena_text_2023_2025.parquet", "arena_catalog/model_licenses.csv"])
def test_rows_of_boards_reach_a_family_and_a_country(book, name):
    found = shares(book, "arena", name)
    assert found["rows that are not proprietary of a family"] >= 0.85
    assert found["rows of a developer and a country"] >= 0.97


def test_scores_of_an_index_reach_a_country(book):
    assert shares(book, "epoch_eci", "epoch_eci/eci_scores_2025-12-19.csv")["rows of a developer and a country"] >= 0.97


def test_openness_by_rule_agrees_with_a_catalogue_of_it(book):
    crosswalk = Crosswalk(book)
    listed = pl.read_csv(FOLDER / "models_dev" / "openrouter_open_weights.csv")
    pairs = [
        (is_open, crosswalk.of(Said("openrouter", slug)).openness == "open")
        for slug, is_open in listed.select("openrouter_id", "open_weights").iter_rows()
    ]
    both = sum(is_open and told for is_open, told in pairs)
    assert both / sum(told for _, told in pairs) >= 0.96
    assert both / sum(is_open for is_open, _ in pairs) >= 0.90


def test_names_and_ids_of_the_catalogue_lead_to_one_family(book):
    crosswalk = Crosswalk(book)
    known = pl.read_csv(FOLDER / "openrouter_catalogue" / "openrouter_hub_ids.csv").filter(
        pl.col("hugging_face_id").is_not_null()
    )
    pairs = [
        [crosswalk.of(Said("openrouter", slug, hub_id=each)).family for each in ("", hub_id)]
        for slug, hub_id in known.select("canonical_slug", "hugging_face_id").iter_rows()
    ]
    assert sum(name == by_id for name, by_id in pairs) / len(pairs) >= 0.97
