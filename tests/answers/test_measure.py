"""Any measure by its name: it runs on its defaults, and says what it needs where it has none."""

from __future__ import annotations

from datetime import date

import pytest

from tests import planted
from tests.answers.needed import ASKED, needed
from tracker import measures
from tracker.answers.measured import described, listed, measure
from tracker.errors import SettingsError, UnknownName

# what they count is not in the planted copy: tests/answers and tests/measures have copies of their own for them
MAY_BE_EMPTY = {
    *("freer_models", "freer_than_base", "license_changes", "recounted"),
    *("incidents", "base_switches", "days_to", "days_to_by_relation", "first_gguf", "gguf_uptake", "launch"),
    *("restatements", "arrivals", "removals", "watched", "best_open", "second_hub"),
    *("rating_of_families", "tokens_by_origin", "tokens_of_families"),
}


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("about", [{}, {"synthetic": True, "scope": "top:1000"}], ids=["five nights", "one night"])
def test_every_measure_answers_on_any_copy(name, about):
    with planted.published(**about) as published:
        answer = measure(published, name, needed(name))
        assert published.query(answer.sql).equals(answer.frame)
    assert name in MAY_BE_EMPTY or not answer.frame.is_empty()
    body = answer.as_json()
    assert (body["measure"], body["definition"], body["coverage"]) == (name, "", {})
    assert body["parameters"]["scope"] == about.get("scope", "full")
    assert any("synthetic demo data" in line for line in answer.footer()) == bool(about)


def test_defaults_come_from_the_copy(published):
    answer = measure(published, "largest_release")
    assert answer.parameters["month"] == date(2026, 9, 1) and answer.frame.rows() == [(8e9,)]
    assert measure(published, "concentration").parameters["night"] == planted.SNAPSHOT


def test_what_is_given_is_bound(published):
    half = measure(published, "concentration", {"largest": "1", "threshold": "41"}).frame.row(0, named=True)
    assert (half["share_of_largest"], half["models_below"]) == (30000 / 62244, 8 / 15)
    assert measure(published, "concentration", {"largest": "0"}).frame["share_of_largest"].item() == 0
    assert measure(published, "sizes", {"most": "9e9"}).frame.rows() == [(1.0,)]
    assert measure(published, "sizes", {"organization": "Meta"}).frame.rows() == [(None,)]
    between = measure(published, "attention", {"first": "2026-09-05"}).frame
    assert dict(between.rows()) == {"shared": 15, "2023": 1, "2024": 1, "2025": 2, "2026": 11}


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        (
            "derivatives_rank",
            {},
            r"needs model \(model, namespace/name, must be given\): the model.*; give it with -p model=VALUE",
        ),
        ("sizes", {"least": "big"}, r"least is 'big', which is no number: least \(number, default 0\)"),
        ("sizes", {"size": "7"}, "measure sizes has no parameter 'size'; it takes least, most, first, until,"),
        ("share", {}, "measure share needs more than parameters; ask it with `tracker share`"),
    ],
)
def test_a_parameter_that_is_missing_or_unreadable_is_a_mistake_of_usage(published, name, given, says):
    with pytest.raises(SettingsError, match=says) as caught:
        measure(published, name, given)
    assert caught.value.exit_code == 2


def test_a_night_must_have_a_snapshot(published):
    with pytest.raises(UnknownName, match="no snapshot called '2026-09-07'; did you mean 2026-09-08"):
        measure(published, "concentration", {"night": "2026-09-07"})
    with pytest.raises(UnknownName, match="did you mean concentration"):
        measure(published, "concentratoin")


def test_measures_are_listed_with_the_command_that_asks_them():
    rows = {row["name"]: row for row in listed().frame.iter_rows(named=True)}
    assert list(rows) == measures.names()
    assert rows["derivatives_rank"]["ask"] == "tracker measure derivatives_rank -p model=..."
    assert rows["share"]["ask"] == "tracker share"
    assert all(row["title"] and row["grain"] and row["unit"] for row in rows.values())


def test_a_measure_is_described_by_its_parameters():
    assert described("derivatives_rank").frame.rows()[0] == ("model", "model", None, "the model, namespace/name")
    assert described("concentration").frame["default"].to_list() == ["none", "snapshot", "200", "200"]
