"""What every answer carries so that it can be pinned, whatever it is shown as."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from tests import planted
from tracker import __version__
from tracker.answers import Axes, diff, measure, share, top, trend
from tracker.answers.ancestry import ancestors, descendants
from tracker.answers.provenance.about import id_of, rows_id_of, sources
from tracker.store.read import SourceFacts
from tracker.table import Table

KEYS = [
    "id", "rows_id", "copy_id", "registry_version", "generation", "as_of", "reconstructed", "tracker_version", "scope",
    "synthetic", "sources",
]  # fmt: skip
QUESTIONS = {
    "share": lambda copy, rule: share(copy, rule),
    "trend": lambda copy, rule: trend(copy, rule, Axes("families", "downloads")),
    "top": lambda copy, rule: top(copy, rule, Axes("models", "likes")),
    "diff": lambda copy, rule: diff(copy, date(2026, 9, 30), planted.SNAPSHOT),
    "measure": lambda copy, rule: measure(copy, "concentration"),
}


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_every_answer_says_what_it_was_made_of(published, definition, ask):
    answer = ask(published, definition())
    body = json.loads(json.dumps(answer.as_json()))
    assert list(body)[-3:] == ["sql", "notes", "about"] and body["notes"] == list(answer.notes)
    about, facts = body["about"], published.facts()
    assert list(about) == KEYS
    assert (about["copy_id"], about["generation"]) == (facts.copy_id, facts.generation) and facts.copy_id
    assert (about["tracker_version"], about["scope"], about["synthetic"]) == (__version__, "full", False)
    assert (about["as_of"], about["reconstructed"]) == (None, False)
    assert [each["name"] for each in about["sources"]] == ["hub_models"]
    assert all(each["licence"] and each["attribution"] for each in about["sources"])


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_ids_can_be_made_again_from_what_is_printed(published, definition, ask):
    body = json.loads(json.dumps(ask(published, definition()).as_json()))
    about = body["about"]
    assert about["id"] == id_of(about["copy_id"], body["sql"], body["parameters"])
    assert about["rows_id"] == rows_id_of(body["sql"], body["parameters"], body["rows"])


@pytest.mark.parametrize("name", ["share", "trend", "top"])
def test_the_version_of_the_definition_is_told(published, definition, name):
    answer = QUESTIONS[name](published, definition())
    assert answer.parameters["version"] == definition().version
    assert f"definition default (version {definition().version})" in answer.footer()[0]


def test_lineage_is_pinned_both_ways(published):
    for found in (ancestors(published, "erin/merge"), descendants(published, "carol/tune")):
        assert list(found.as_json()["about"]) == KEYS
    as_uploaded = ancestors(published, "erin/merge", variant="as_uploaded").as_json()
    assert as_uploaded["about"]["id"] != ancestors(published, "erin/merge").as_json()["about"]["id"]


def test_an_id_tells_copies_and_questions_apart_and_a_rows_id_only_what_is_said(published, definition):
    answer = share(published, definition())
    elsewhere = replace(answer, facts=replace(answer.facts, copy_id="another", generation=9, registry_version="new"))
    assert elsewhere.about["id"] != answer.about["id"] and elsewhere.about["rows_id"] == answer.about["rows_id"]
    moved = replace(answer, parameters={**answer.parameters, "registry_version": "new", "scope": "full"})
    assert moved.about["id"] == answer.about["id"]
    other = share(published, definition(), by="line")
    assert other.about["id"] != answer.about["id"] and other.about["rows_id"] != answer.about["rows_id"]
    changed = replace(answer, table=Table.of(answer.frame.with_columns(pl.col("share") * 1.0000001)))
    assert changed.about["id"] == answer.about["id"] and changed.about["rows_id"] != answer.about["rows_id"]


def test_synthetic_data_is_a_key_and_no_note(definition):
    with planted.published(synthetic=True) as published:
        answer = share(published, definition())
    assert answer.about["synthetic"] is True and not any("synthetic" in note for note in answer.notes)
    assert any("synthetic demo data" in line for line in answer.footer())


def test_a_footer_ends_in_what_pins_the_answer(published, definition):
    answer = share(published, definition())
    last, facts = answer.footer()[-1], published.facts()
    assert last == f"registry {facts.registry_version} · generation {facts.generation} · id {answer.about['id']}"
    assert answer.as_text().endswith(f"{last}\n")
    assert answer.as_markdown().splitlines()[-1].endswith(last) and answer.as_markdown().splitlines()[-2] == ""


def test_the_sources_of_an_answer_are_those_that_its_sql_reads(published):
    signal = SourceFacts("shelf", "CC BY 4.0", "The Shelf", of_nights=False, tables=("shelf_counts",))
    facts = replace(published.facts(), sources=(*published.facts().sources, signal))
    assert [each["name"] for each in sources(facts, "from models")] == ["hub_models"]
    for sql in ("from shelf_counts", "from models join shelf_counts_current using (model_id)"):
        assert sources(facts, sql)[1] == {"name": "shelf", "licence": "CC BY 4.0", "attribution": "The Shelf"}
