"""What is printed to be quoted, and what should not be quoted and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests import planted
from tests.command_line import tracker as command
from tracker import claims
from tracker.answers import Axes, compare, diff, measure, share, top, trend
from tracker.answers.ancestry import ancestors, descendants, publisher
from tracker.answers.provenance import quotes
from tracker.answers.restated.then import then_and_now
from tracker.registry import default_directory, definitions
from tracker.registry.claims import find, load
from tracker.table import Table

SEPTEMBER = {"first": date(2026, 9, 1), "until": date(2026, 9, 30)}
QUESTIONS = {
    "trend": lambda copy, rule: trend(copy, rule, Axes("families", "downloads"), only=["Qwen"]),
    "top": lambda copy, rule: top(copy, rule, Axes("families", "likes")),
    "diff": lambda copy, rule: diff(copy, date(2026, 9, 30), planted.SNAPSHOT),
    "measure": lambda copy, rule: measure(copy, "concentration"),
    "lineage": lambda copy, rule: ancestors(copy, "erin/merge"),
    "lineage down": lambda copy, rule: descendants(copy, "Qwen/Qwen3-8B"),
    "claims": lambda copy, rule: claims.evaluate(
        copy, load(default_directory()), definitions.load(default_directory())
    ),
}


@pytest.fixture
def few(monkeypatch):
    """Let nine models be many, as the planted months have no more."""
    monkeypatch.setattr(quotes, "THIN", 5)


def apart(answer):
    """Return the answer with bounds that leave no doubt."""
    return replace(answer, table=Table.of(answer.frame.with_columns(low=pl.col("share"), high=pl.col("share") + 0.001)))


def test_a_share_is_quoted_with_all_that_defends_it(published, definition, few):
    answer = apart(share(published, definition(), **SEPTEMBER))
    row = answer.plain_rows[0]
    said = answer.cite()
    facts = published.facts()
    for part in (
        "2026-09", "Qwen 38.9%", f"bounds {row['low']:.1%} to {row['high']:.1%}", "all new derivatives of the month",
        f"definition default, version {definition().version}", "traced", "unreviewed", "2026-10-05", "scope full",
        "Hugging Face Hub", "licence: none stated", f"registry {facts.registry_version}", f"id {answer.about['id']}",
    ):  # fmt: skip
        assert part in said, part
    assert said.count("\n") == 1 and not said.startswith("Not")


def test_names_that_are_asked_for_are_quoted(published, definition, few):
    said = apart(share(published, definition(), only=["Llama"], **SEPTEMBER)).cite()
    assert "Llama 27.8%" in said and "Qwen" not in said


def test_the_last_month_that_is_over_is_quoted(published, definition, few):
    answer = apart(share(published, definition()))
    rows = pl.concat([answer.frame, answer.frame.filter(month="2026-09").with_columns(month=pl.lit("2026-10"))])
    assert "In 2026-09" in replace(answer, table=Table.of(rows)).cite()


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_every_question_has_a_sentence_with_its_source(published, definition, ask):
    answer = ask(published, definition())
    said = answer.cite()
    assert not said.startswith("Not") and said.endswith(f"id {answer.about['id']}.\n")
    assert "Source: Hugging Face Hub" in said


def refusal(answer):
    said = answer.cite()
    assert said.startswith("Not to be quoted: ") and answer.about["id"] in said and "Source" not in said
    return said


def test_what_is_uncertain_is_not_quoted_and_says_why(published, definition, few):
    answer = share(published, definition(), **SEPTEMBER)
    assert "the bounds of Qwen and Llama cross" in refusal(answer)
    running = answer.frame.with_columns(month=pl.lit("2026-10"))
    assert "2026-10 is not over" in refusal(replace(answer, table=Table.of(running)))
    counted = answer.frame.with_columns(n=pl.lit(4))
    assert "2026-09 counts 4 models" in refusal(replace(answer, table=Table.of(counted)))
    assert "it has no rows" in refusal(replace(answer, table=Table.of(answer.frame.clear())))
    assert "said on two days" in refusal(then_and_now(answer, answer))
    side_by_side = compare(published, [definition()], month=date(2026, 9, 1))
    assert "several definitions" in refusal(side_by_side)


def test_one_group_alone_does_not_say_that_it_is_ahead(published, definition, few):
    assert "whether the bounds of the next one cross" in refusal(share(published, definition(), rows=1, **SEPTEMBER))


def test_why_there_is_nothing_to_quote_is_said(published, definition):
    assert "2030-01 is after the months" in refusal(share(published, definition(), first=date(2030, 1, 1)))
    assert "no model counts as built on judy/new" in refusal(descendants(published, "judy/new"))


def test_what_is_counted_is_part_of_the_sentence(published, definition):
    american = {"where": ["publisher_country=US"]}
    for ask in (trend, top):
        said = ask(published, definition(), Axes("families", "downloads"), **american).cite()
        assert "of the models with publisher country US" in said, ask
    said = measure(published, "cohort", {"year": "2026"}).cite()
    assert "with year=2026, until=2026-10-05: value 1. " in said and "None" not in said


def test_the_largest_are_called_so_where_nothing_else_may_be_as_large(published, definition):
    families = Axes("families", "downloads")
    assert " the largest were Qwen 1,715, Llama 861, Mistral 300 (" in top(published, definition(), families).cite()
    for unsure in ({"rows": 3}, {"only": ["Llama"]}, {"where": ["publisher=hugo"]}):
        assert "the largest" not in top(published, definition(), families, **unsure).cite(), unsure
    with planted.altered(
        "update open_families set downloads_30d_credit = 900000000000 where family = 'unreviewed'"
    ) as loose:
        said = top(loose, definition(), families).cite()
    assert "the largest" not in said and "unreviewed" not in said


def test_a_trend_is_quoted_with_the_days_it_counts(published, definition):
    flow = Axes("families", "downloads", flow=True)
    assert trend(published, definition(), flow, only=["Qwen"]).cite().startswith("In up to 5 days to 2026-10-05: Qwen ")
    by_month = trend(published, definition(), flow, every="month").cite()
    assert by_month.startswith("In 26 days of 2026-09: Qwen 145, Llama 95, Mistral 3 ("), "October is not over"
    running = trend(published, definition(), flow, every="month", first=date(2026, 10, 1))
    assert "2026-10 is not over" in refusal(running)
    aligned = trend(published, definition(), Axes("families", "downloads"), only=["Qwen"], since_release=True).cite()
    assert aligned.startswith("On 2026-10-05: Qwen 1,715, 1,161 days after its release on 2023-08-01 (")


def test_rows_of_few_models_are_not_quoted_whatever_measure_they_are_of(published):
    assert "2025-04 counts 1 model, and fewer than 100" in refusal(measure(published, "survivors"))


def test_a_claim_without_a_figure_of_ours_is_not_quoted(published):
    known, rules = load(default_directory()), definitions.load(default_directory())
    assert "F21 has no figure of ours" in refusal(claims.evaluate(published, [find(known, "F21")], rules))


def test_lineage_is_quoted_with_its_roots(published):
    said = ancestors(published, "erin/merge").cite()
    assert "Qwen/Qwen3-8B (50.0%; family Qwen" in said and "meta-llama/Llama-3.1-8B (50.0%" in said
    assert "1 model is built on carol/tune" in descendants(published, "carol/tune").cite()
    assert "is no longer on the Hub" in ancestors(published, "mistralai/M-Q").cite()
    gone = descendants(published, "mistralai/Mistral-7B", variant="as_uploaded").cite()
    assert "(in the reading as_uploaded), directly or through others, 1 of them gone from the Hub since" in gone


def test_who_builds_most_is_said_where_one_does(published):
    """Six models by six publishers are built on Qwen's; of most of these it is not known where they are."""
    assert "6 models are built on models of Qwen, 4 directly. " in publisher(published, "Qwen").cite()
    one = "update models set publisher = 'carol', publisher_country = 'US'"
    with planted.altered(f"{one} where relation <> 'merge' and publisher <> 'Qwen'") as by_one:
        assert "; most by carol (3) and US (4). " in publisher(by_one, "Qwen").cite()


def test_counters_that_fell_are_not_quoted(published, definition):
    fell = trend(published, definition(), Axes("families", "downloads", flow=True), only=["Mistral"])
    assert "the value of Mistral is flagged fall" in refusal(fell)


@pytest.mark.parametrize("about", [{"synthetic": True}, {"scope": "top:100"}], ids=str)
def test_synthetic_data_and_a_part_of_the_hub_are_not_quoted(definition, few, about):
    why = "synthetic demo data" if about.get("synthetic") else f"{about['scope']}, not the whole Hub"
    with planted.published(**about) as published:
        for name in ("trend", "top", "measure", "lineage down"):
            answer = QUESTIONS[name](published, definition())
            assert not answer.frame.is_empty() and why in refusal(answer), name
        assert why in refusal(share(published, definition(), **SEPTEMBER))


def test_a_refused_part_of_the_hub_names_its_denominator(definition, few):
    with planted.published(scope="top:100") as published:
        said = refusal(share(published, definition(), **SEPTEMBER))
    assert "and it counts the new derivatives" in said and "among the 100 most downloaded" in said


@pytest.mark.parametrize(
    "question",
    [
        ("share", "Qwen", "--month", "2026-09"), ("trend", "Qwen"), ("top",), ("diff", "2026-09-30", "2026-10-05"),
        ("measure", "concentration"), ("claims", "F21"), ("lineage", "erin/merge"), ("lineage", "carol/tune", "--down"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_question_takes_cite(question: tuple[str, ...], tmp_path: Path) -> None:
    done = command(*question, "--cite", "--data-dir", str(planted.folder()))
    assert done.returncode == 0 and done.stdout.count("\n") == 1, done.stderr
    assert "id " in done.stdout and "2026-10-05" in done.stdout
