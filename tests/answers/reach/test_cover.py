"""An answer about a part of the Hub never reads like one about the whole: (scope, question, what must be said)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests import planted
from tracker.answers import Answer, Axes, compare, diff, measure, share, top, trend
from tracker.errors import SettingsError
from tracker.registry.definitions import Definition
from tracker.store import Published

Ask = Callable[..., Answer]

SCOPES: dict[str, dict[str, str]] = {
    "full": {},
    "top": {"scope": "top:12"},
    "publisher": {"scope": "publisher:Qwen"},
    "full, then top": {"before": "full", "scope": "top:12"},
    "top, then full": {"before": "top:12", "scope": "full"},
    "two parts": {"before": "publisher:Qwen", "scope": "top:12"},
}
TOP, PUBLISHER = "among the 12 most downloaded", "of publisher Qwen"
OWN = "of the nights' own scopes"
BEFORE, LAST = planted.NIGHTS[-2:]


def of_share(name: str = "default", **named: Any) -> Ask:
    return lambda published, definition, **more: share(published, definition(name), **named, **more)


def of_axes(answer: Callable[..., Answer], of: str, by: str, **named: Any) -> Ask:
    return lambda published, definition, **more: answer(published, definition(), Axes(of, by), **named, **more)


def compared(published: Published, definition: Callable[..., Definition], **more: Any) -> Answer:
    return compare(published, [definition(), definition("hf-direct")], by="family", month=date(2026, 9, 1), **more)


def of_nights(published: Published, definition: Callable[..., Definition]) -> Answer:
    return diff(published, BEFORE, LAST)


def of_measure(name: str) -> Ask:
    return lambda published, definition: measure(published, name)


SHARE = of_share(first=date(2026, 9, 1))
AUGUST = of_share(first=date(2026, 8, 1))
SEPTEMBER = of_share(first=date(2026, 9, 1), until=BEFORE)
LATER = of_share(first=date(2026, 9, 1), until=date(2026, 10, 31))
DOWNLOADED = of_share("default+min_downloads=1", first=date(2026, 9, 1), until=BEFORE)
TRACED = of_share("default+denominator=traced", first=date(2026, 9, 1))
OF_MODELS = of_share("default+denominator=models", first=date(2026, 9, 1))
LISTED = of_share("default+denominator=listed+listed=Qwen", first=date(2026, 9, 1))
STOCK = of_share("hf-direct+time_axis=stock", by="family")
TREND, DERIVATIVES = of_axes(trend, "families", "downloads"), of_axes(trend, "lines", "derivatives")
EARLIER = of_axes(trend, "families", "downloads", until=BEFORE)
RANKED, MODELS = of_axes(top, "families", "downloads"), of_axes(top, "models", "likes")

# the scope of the copy, the question, the scope that is named, the denominator
CASES: list[tuple[str, Ask, str, str]] = [
    ("full", SHARE, "full", "all new derivatives of the month"),
    ("full", TREND, "full", ""),
    ("full", RANKED, "full", ""),
    ("full", compared, "full", "each definition's own"),
    ("full", of_nights, "full", ""),
    ("full", of_measure("concentration"), "full", ""),
    ("top", SHARE, "top:12", f"the new derivatives {TOP}"),
    ("top", SEPTEMBER, "top:12", f"the new derivatives {TOP}"),
    ("top", TRACED, "top:12", f"the new derivatives {TOP} that are traced to a reviewed base"),
    ("top", LISTED, "top:12", f"the new derivatives {TOP} that belong to the listed groups (Qwen)"),
    ("top", OF_MODELS, "top:12", f"the new models {TOP}"),
    ("top", STOCK, "top:12", f"the derivatives {TOP} that day"),
    ("top", TREND, "top:12", f"the models {TOP}"),
    ("top", DERIVATIVES, "top:12", f"the derivatives {TOP}"),
    ("top", RANKED, "top:12", f"the models {TOP}"),
    ("top", MODELS, "top:12", f"the models {TOP}"),
    ("top", compared, "top:12", f"each definition's own {TOP}"),
    ("top", of_measure("concentration"), "top:12", f"the models {TOP}"),
    ("top", of_measure("licenses"), "top:12", f"the models {TOP}"),
    ("publisher", AUGUST, "publisher:Qwen", f"the new derivatives {PUBLISHER}"),
    ("publisher", TREND, "publisher:Qwen", f"the models {PUBLISHER}"),
    ("publisher", RANKED, "publisher:Qwen", f"the models {PUBLISHER}"),
    # what was created by the full night is known in full, what came later is not
    ("full, then top", SEPTEMBER, "full", "all new derivatives of the month"),
    ("full, then top", SHARE, "full, top:12", f"the new derivatives {OWN} (full, top:12)"),
    ("full, then top", LATER, "full, top:12", f"the new derivatives {OWN} (full, top:12)"),
    ("full, then top", DOWNLOADED, "top:12", f"the new derivatives {TOP}"),  # counters are those of the newest night
    ("full, then top", compared, "full", "each definition's own"),
    ("full, then top", TREND, "top:12", f"the models {TOP}"),
    ("full, then top", EARLIER, "full", ""),
    ("full, then top", RANKED, "top:12", f"the models {TOP}"),
    ("full, then top", of_nights, "full, top:12", f"the models {OWN} (full, top:12)"),
    ("full, then top", of_measure("licenses"), "full, top:12", f"the models {OWN} (full, top:12)"),
    ("top, then full", SHARE, "full", "all new derivatives of the month"),
    ("top, then full", TREND, "full", ""),
    ("top, then full", EARLIER, "top:12", f"the models {TOP}"),
    ("top, then full", RANKED, "full", ""),
    ("two parts", SHARE, "publisher:Qwen, top:12", f"the new derivatives {OWN} (publisher:Qwen, top:12)"),
    ("two parts", TREND, "top:12", f"the models {TOP}"),
]


@pytest.mark.parametrize(("folder", "ask", "scope", "denominator"), CASES)
def test_what_an_answer_says_is_what_its_nights_carry(definition, folder, ask, scope, denominator):
    with planted.published(**SCOPES[folder]) as published:
        answer = ask(published, definition)
        same = published.query(answer.sql)
    assert same.equals(answer.frame) and same.height
    assert (answer.parameters["scope"], answer.denominator) == (scope, denominator)
    told = [note for note in answer.notes if note.startswith(f"scope {scope} is a part of the Hub")]
    assert len(told) == (scope != "full")
    assert f"scope {scope} · " in f"{answer.footer()[0]} · "
    if scope != "full":
        assert not re.search(r"\ball (new )?(models|derivatives)\b", " ".join([answer.denominator, *answer.footer()]))
    if "low" in answer.frame.columns:
        bounds = answer.frame.filter(answer.frame["share"].is_not_null())["low", "high"]
        assert bounds.null_count().row(0) == ((0, 0) if scope == "full" else (bounds.height, bounds.height))
        assert [note for note in told if "low and high are not given" in note] == told
        assert answer.coverage["traced"] is not None


@pytest.mark.parametrize("ask", [SHARE, TREND, RANKED, STOCK])
@pytest.mark.parametrize(
    ("folder", "named"),
    [("top", "top:12"), ("publisher", "publisher:Qwen"), ("two parts", "top:12"), ("full, then top", "top:12")],
)
def test_all_of_the_hub_is_refused_where_a_part_is_held(definition, ask, folder, named):
    with planted.published(**SCOPES[folder]) as published:
        with pytest.raises(SettingsError, match=f"--of-all asks for all models of the Hub, .*{named}") as refused:
            ask(published, definition, of_all=True)
        assert refused.value.exit_code == 2
        known = str(refused.value).endswith(f"the newest full night, {BEFORE}")
        assert known == (folder == "full, then top")


@pytest.mark.parametrize("ask", [SHARE, TREND, RANKED, compared])
@pytest.mark.parametrize("folder", ["full", "top, then full"])
def test_all_of_the_hub_is_answered_where_it_is_held(definition, ask, folder):
    with planted.published(**SCOPES[folder]) as published:
        assert ask(published, definition, of_all=True).frame.equals(ask(published, definition).frame)


@pytest.mark.parametrize("ask", [SEPTEMBER, EARLIER])
def test_all_of_the_hub_is_answered_for_what_full_nights_saw(definition, ask):
    with planted.published(**SCOPES["full, then top"]) as published:
        assert ask(published, definition, of_all=True).parameters["scope"] == "full"


def test_several_nights_of_a_part_count_what_any_of_them_held(definition):
    with planted.published(**SCOPES["two parts"]) as published:
        notes = SHARE(published, definition).notes
    assert any("counted is every model that one of 2 nights held" in note for note in notes)


def test_new_derivatives_of_a_ranking_name_their_own_part(definition):
    with planted.published(**SCOPES["full, then top"]) as published:
        notes = RANKED(published, definition).notes
    assert f"new_derivatives_30d counts the new derivatives {OWN} (full, top:12)" in notes
