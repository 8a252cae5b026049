"""The closed word lists: whoever keeps something for each word keeps it for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.resources import files

import pytest

from tracker import words
from tracker.answers import counting
from tracker.answers.trend import EVERY
from tracker.charts.look import colors
from tracker.registry.definitions import Definition

KEPT: dict[str, tuple[Iterable[str], Iterable[str]]] = {
    "groups of a share": (counting.GROUPS, words.GROUPS),
    "steps of a trend": (EVERY, words.STEPS),
    "months": (counting.MONTHS, words.CHOICES["time_axis"]),
    "credits": (counting.CREDITS, words.CHOICES["credit"]),
    "numerators": (counting.NUMERATORS, words.CHOICES["denominator"]),
    "denominators": (counting.DENOMINATORS, words.CHOICES["denominator"]),
    "themes": (colors.THEMES, words.THEMES),
}


@pytest.mark.parametrize("name", KEPT)
def test_there_is_something_for_each_word(name: str) -> None:
    kept, known = KEPT[name]
    assert sorted(kept) == sorted(known)


@pytest.mark.parametrize("name", words.CHOICES)
def test_the_default_of_a_choice_is_one_of_its_words(name: str) -> None:
    assert getattr(Definition("d", 1, "d"), name) in words.CHOICES[name]


def test_the_published_comments_name_every_word() -> None:
    text = (files("tracker.store.publish") / "published.sql").read_text(encoding="utf-8")
    comment = re.search(r"create table runs .*?  status varchar, -- ([^\n]*)", text, re.DOTALL)
    assert comment and comment[1].split() == list(words.RUN_STATUSES)
