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
from tracker.answers.ancestry import ancestors, descendants
from tracker.answers.provenance import cite as citing
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
    monkeypatch.setattr(citing, "THIN", 5)


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
    side_by_side = compare(published, [definition()], month=date(2026, 9, 1))
    assert "several definitions" in refusal(side_by_side)


def test_a_claim_without_a_figure_of_ours_is_not_quoted(published):
    known, rules = load(default_directory()), definitions.load(default_directory())
    assert "F21 has no figure of ours" in refusal(claims.evaluate(published, [find(known, "F21")], rules))


def test_lineage_is_quoted_with_its_roots(published):
    said = ancestors(published, "erin/merge").cite()
    assert "Qwen/Qwen3-8B (50.0%; family Qwen" in said and "meta-llama/Llama-3.1-8B (50.0%" in said
    assert "1 model is built on carol/tune" in descendants(published, "carol/tune").cite()


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
