"""Every trap of other sources that is known, and the test that springs it. Those without a place elsewhere are here.

Any source
    a challenge page that says 200                        sources/test_http.py::test_a_challenge_page_that_claims_to_be_data_is_refused
    a server that breaks, drips, loops or cuts            sources/signals/test_signals_faults.py::test_a_source_ends_in_a_line_or_is_whole
    304, redirects, 500 MB, without an end                sources/signals/test_what_servers_do.py::test_the_hub_s_night_is_as_it_was_after_all_of_it
    a key that is new                                     sources/signals/test_openrouter_source.py::test_a_new_key_is_a_remark
    a key or column that is gone                          sources/signals/test_what_servers_do.py::test_a_column_that_changed_is_named
    rows that may not be given on                         signals/test_signal_tables.py::test_rows_that_may_not_leave_stay_and_others_leave_with_credit

OpenRouter
    a file that is replaced while it is read              sources/signals/test_openrouter_source.py::test_a_file_that_is_being_replaced_is_asked_again
    98 days without a row, no `other`, a rank that lacks  sources/signals/test_openrouter_source.py::test_gates_of_days
    seven days stored as one                              real/test_signal_sources.py::test_a_week_that_passes_for_a_day_is_refused
    today, which is not over                              sources/signals/test_openrouter_source.py::test_a_day_that_is_not_over_is_refused
    the last days move, settled ones do not               sources/signals/test_openrouter_source.py::test_a_settled_day_that_moved_is_refused_and_one_that_is_not_may_move
    an export that is made no more                        sources/signals/test_openrouter_source.py::test_an_export_that_is_made_no_more_is_a_remark
    days that no export has any more                      sources/signals/test_openrouter_source.py::test_days_that_are_gone_are_a_gap_that_is_told
    counts that are text, with commas, beyond 2^53        sources/signals/test_openrouter_source.py::test_token_counts_of_the_history_are_whole_numbers_as_text
    a sum beyond what a float holds                       answers/test_signals.py::test_tokens_of_a_week_are_summed_to_the_token_and_variants_with_their_model
    variants, and days of release in a name               real/test_signals_recorded.py::test_a_model_has_the_tokens_of_all_its_variants_and_releases
    an id in the catalogue that is empty or null          sources/signals/test_openrouter_source.py::test_the_catalogue_says_which_slug_is_which_model
    an id of another case, or of a former name            answers/test_signals.py::test_repositories_of_the_catalogue_are_found_under_their_present_names
    a model that has left the catalogue                   signals/test_traps.py::test_a_model_that_left_the_catalogue_keeps_its_id
    two authors of nearly one name                        signals/test_traps.py::test_two_authors_of_nearly_one_name_are_two
    names that hide who made it, a tenth of a day         answers/test_signals.py::test_a_day_whose_makers_hide_is_said_and_cited
    a hidden model that is revealed                       answers/test_signals.py::test_a_registry_that_changes_rules_on_the_names_again
    an author whom nobody knows                           signals/test_known_makers.py::test_a_new_author_is_named_from_a_tenth_on
    a leader that is new hides in the rest                signals/test_traps.py::test_who_leads_a_week_is_named_whatever_the_year_was
    a key that is told to another host                    sources/signals/test_openrouter_source.py::test_the_key_is_not_told_to_another_host

Arena
    a commit that moves while files are read              sources/signals/test_arena_source.py::test_what_is_no_data_set_is_refused_in_a_line
    categories of other days in one file                  signals/test_traps.py::test_a_board_is_that_of_all_prompts_whatever_other_categories_are_of
    another method                                        real/test_signal_sources.py::test_boards_of_two_years_pass_and_changes_of_method_do_not
    a board without votes, models that are gone           sources/signals/test_arena_source.py::test_gates_of_boards
    models that are renamed                               sources/signals/test_arena_source.py::test_a_renamed_model_is_no_missing_one
    ratings that are no number                            sources/signals/test_arena_source.py::test_ratings_that_are_no_number_are_null
    a board that is published twice                       sources/signals/test_arena_source.py::test_the_first_run_reads_all_boards_and_leaves_out_those_that_say_nothing_new
    weeks without a poll                                  sources/signals/test_arena_source.py::test_boards_of_weeks_without_a_poll_are_read_and_those_that_are_held_are_not_told_anew
    a maker that is said no more                          signals/test_traps.py::test_a_maker_that_a_board_says_no_more_is_who_it_was
    makers and licences in many spellings                 real/test_crosswalks.py::test_rows_of_boards_reach_a_family_and_a_country
    a word for a licence that makes nothing open          real/test_signals_recorded.py::test_the_best_open_model_is_not_the_one_that_a_word_for_a_licence_makes_open

Epoch
    every download says all anew                          signals/test_signal_tables.py::test_every_download_of_the_index_stays
    an anchor that moved, rows that are gone              sources/signals/test_epoch_source.py::test_gates_of_the_index
    a word that is new                                    sources/signals/test_epoch_source.py::test_a_new_word_is_a_remark
    countries by long names, several in one cell          registry/test_words_elsewhere.py::test_a_country_is_read_from_its_long_name
    neither maker nor country                             signals/test_traps.py::test_a_score_without_maker_and_country_counts_for_none

ModelScope
    pages that repeat and skip while the order moves      sources/signals/test_modelscope_source.py::test_a_model_that_climbs_while_it_is_read_is_one_row_and_the_shortfall_is_told
    a refusal that says 200                               sources/signals/test_modelscope_source.py::test_what_is_no_list_is_refused_in_a_line
    namespaces that are gone, totals that jump            sources/signals/test_modelscope_source.py::test_gates_of_the_second_hub
    Western weights under Chinese mirrors                 registry/test_words_elsewhere.py::test_a_mirror_on_the_second_hub_gives_its_country_to_no_maker_of_its_own
    totals that would be added to the Hub's               answers/test_signals.py::test_ranks_of_the_second_hub_stand_beside_those_of_the_hub
"""  # noqa: E501  # a line a trap

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

import tracker
from tests import signal_rows
from tests.registry_folder import write_registry
from tests.sources.signals import test_arena_source
from tests.store.nights import land, model, update
from tracker import registry
from tracker.api import Copy
from tracker.registry.elsewhere import Crosswalk, Said
from tracker.settings import Settings

WEIGHTS = {"weights": "scratch", "weights_source": "https://example.org/page"}
REGISTRY = {
    "organizations": [
        {"namespace": "Qwen", "organization": "Alibaba", "country": "CN"},
        {"namespace": "old", "organization": "Old", "country": "US"},
        {"namespace": "late", "organization": "Late", "country": "FR"},
    ],
    "families": [{"line": "Qwen", "developer": "Alibaba", **WEIGHTS}],
    "roots": [{"pattern": "Qwen/Qwen3-*", "line": "Qwen"}],
}
DAY = date(2026, 7, 5)  # a Sunday
WEEK = timedelta(days=7)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """Two runs of each source, a week apart; the second has forgotten what the first one said beside the figures."""
    place = tmp_path_factory.mktemp("traps")
    settings = Settings(data_dir=place / "data")
    book = registry.load(write_registry(place / "registry", **REGISTRY))
    update(settings, book, land(settings.data_dir, DAY, [model("Qwen/Qwen3-8B", 1)]), publish=False)
    slugs = ["old/big", "late/one", "alias/q"]
    said = [("alias/q", "alias/q", "Qwen/Qwen3-8B")]
    for back, counts, listed, maker in ((5, (10**6, 1, 9), said, "Alibaba"), (0, (600, 300, 100), [], None)):
        day, vintage = DAY - back * WEEK, DAY - (back > 0) * WEEK
        days = [(day - timedelta(days=at), *each) for at in range(7) for each in zip(slugs, counts, strict=True)]
        signal_rows.save(
            settings, "openrouter", vintage, token_days=_rows("day slug tokens", days),
            token_catalogue=_rows("listed_id slug hub_model_id", listed),
        )  # fmt: skip
        board = _rows("model_name rating organization_raw license_raw", [("nobody-knows-it", 1200.0, maker, "MIT")])
        board = board.with_columns(arena=pl.lit("text"), category=pl.lit("overall"), board_date=day)
        signal_rows.save(settings, "arena", vintage, arena_ratings=board)
    scores = _rows("model score organization country_raw accessibility", [("Orphan", 120.0, None, None, _OPEN)])
    scores = scores.with_columns(as_of=DAY, released_on=DAY - WEEK)
    signal_rows.save(settings, "epoch_eci", DAY, index_scores=scores)
    signal_rows.publish(settings)
    with tracker.open(settings.data_dir) as opened:
        yield opened


_OPEN = "Open weights (unrestricted)"


def _rows(columns: str, rows: list[tuple[object, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=columns.split(), orient="row")


def test_every_test_that_is_named_is_there() -> None:
    named = re.findall(r"  (\S+\.py)::(test_\w+)$", __doc__ or "", re.MULTILINE)
    lines = [line for line in (__doc__ or "").splitlines() if line.startswith("    ")]
    assert len(named) == len(lines) == len(set(named)) > 40
    for path, name in named:
        assert f"\ndef {name}(" in (Path(__file__).parents[1] / path).read_text(encoding="utf-8"), name


def test_a_model_that_left_the_catalogue_keeps_its_id(copy: Copy) -> None:
    assert copy.sql("select count(*) from token_catalogue_current").frame.rows() != [(0,)]
    ruled = copy.sql("select rule, model_id, family from signal_names where name = 'alias/q'").frame.rows()
    assert ruled == [("hub id", "Qwen/Qwen3-8B", "Qwen")]
    told = copy.trend("Qwen", by="tokens", of="families", every="week", first=DAY - WEEK, to=DAY).table.dicts()
    assert [row["value"] for row in told if row["family"] == "Qwen" and row["days"] == 7] == [700]


def test_who_leads_a_week_is_named_whatever_the_year_was(copy: Copy) -> None:
    told = copy.trend(by="tokens", of="models", every="week", rows=2).table.dicts()
    named = {row["model"]: row["share"] for row in told if row["period"] == DAY - timedelta(days=6)}
    assert named["late/one"] == pytest.approx(0.3)
    newest = copy.top(by="tokens", of="models").table.dicts()
    assert [row["model"] for row in newest][:2] == ["old/big", "late/one"]


def test_a_maker_that_a_board_says_no_more_is_who_it_was(copy: Copy) -> None:
    ruled = copy.sql("select maker, maker_country from signal_names where name = 'nobody-knows-it'").frame.rows()
    assert ruled == [("Alibaba", "CN")]


def test_a_score_without_maker_and_country_counts_for_none(copy: Copy) -> None:
    told = copy.sql("select openness, origin_country from signal_names where name = 'Orphan'").frame.rows()
    assert told == [("open", "unreviewed")]
    assert "epoch_eci" not in {row["source"] for row in copy.measure("best_open").table.dicts()}


def test_two_authors_of_nearly_one_name_are_two() -> None:
    crosswalk = Crosswalk(registry.load())
    closed, given_out = (
        crosswalk.of(Said("openrouter", slug)) for slug in ("meta/zq-served", "meta-llama/llama-3.1-8b-instruct")
    )
    assert (closed.openness, closed.family) == ("closed", "unreviewed")
    assert (given_out.openness, given_out.family) == ("open", "Llama")


def test_a_board_is_that_of_all_prompts_whatever_other_categories_are_of(tmp_path: Path) -> None:
    day = test_arena_source.DAY
    is_overall = pl.col("category") == "overall"
    frame = test_arena_source.boards("text", day).with_columns(
        pl.when(is_overall).then(pl.lit(str(day))).otherwise(pl.lit(str(day - WEEK))).alias("leaderboard_publish_date"),
        pl.when(is_overall).then("rating").otherwise(1799.0).alias("rating"),
    )
    with test_arena_source.served_text(frame) as served:
        _, tables, refused, _ = test_arena_source.run(tmp_path, served)
    found = tables["arena_ratings"]
    assert refused == [] and set(found["board_date"]) == {day} and float(found["rating"].max()) < 1799  # type: ignore[arg-type]
