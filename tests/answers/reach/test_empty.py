"""An answer without rows says why in one sentence, and what the data covers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests import planted
from tracker.answers import Answer, Axes, compare, crossings, diff, measure, share, top, trend
from tracker.registry.definitions import Definition
from tracker.store import Published

Ask = Callable[[Published, Callable[..., Definition]], Answer]

COVERS = "; this copy covers 5 nights from 2026-09-04 to 2026-10-05, models created from 2023-09 to 2026-09"
FUTURE, PAST = date(2030, 1, 1), date(2020, 1, 1)
AUGUST, SEPTEMBER = date(2026, 8, 1), date(2026, 9, 1)


def asked(answer: Callable[..., Answer], *positional: Any, name: str = "default", **named: Any) -> Ask:
    return lambda published, definition: answer(published, definition(name), *positional, **named)


def of_axes(answer: Callable[..., Answer], of: str = "families", by: str = "downloads", **named: Any) -> Ask:
    return asked(answer, Axes(of, by), **named)


CASES: dict[str, tuple[Ask, str]] = {
    "a month to come": (
        asked(share, first=FUTURE, until=date(2030, 1, 31)),
        "2030-01 is after the months of creation in this copy, which end with 2026-09",
    ),
    "from a month to come on": (
        asked(share, first=FUTURE),
        "2030-01 is after the months of creation in this copy, which end with 2026-09",
    ),
    "crossings from a month to come on": (
        asked(crossings.of_shares, first=FUTURE),
        "2030-01 is after the months of creation in this copy, which end with 2026-09",
    ),
    "crossings of one who never led": (
        asked(crossings.of_shares, only=["Mistral"], first=SEPTEMBER),
        "Mistral led at no time and passed no other group from 2026-09 to 2026-09",
    ),
    "crossings of nights to come": (
        of_axes(crossings.of_totals, first=FUTURE),
        "2030-01-01 is after the nights of scope full, which end with 2026-10-05",
    ),
    "crossings of one group": (
        of_axes(crossings.of_totals, where=["family=Qwen"], first=planted.NIGHTS[0]),
        "no two groups can be compared from 2026-09-04 to 2026-10-05",
    ),
    "a stock to come": (
        asked(share, name="default+time_axis=stock", first=FUTURE, until=date(2030, 1, 31)),
        "2030-01 is after the months of creation in this copy, which end with 2026-09",
    ),
    "a month before the data": (
        asked(share, first=PAST, until=date(2020, 3, 31)),
        "2020-01 to 2020-03 is before the months of creation in this copy, which begin with 2023-09",
    ),
    "a month before the data, as stock": (
        asked(share, name="default+time_axis=stock", first=PAST, until=date(2020, 1, 31)),
        "2020-01 is before the months of creation in this copy, which begin with 2023-09",
    ),
    "months backwards": (
        asked(share, first=SEPTEMBER, until=date(2026, 8, 31)),
        "2026-09 to 2026-08 runs backwards, give the earlier one first",
    ),
    "a definition that leaves nothing": (
        asked(share, name="default+min_downloads=99999999", first=SEPTEMBER),
        "definition default+min_downloads=99999999 counts no model from 2026-09 to 2026-10",
    ),
    "a family without models that month": (
        asked(share, only=["llama"], first=AUGUST, until=date(2026, 8, 31)),
        "nothing of Llama is counted from 2026-08 to 2026-08",
    ),
    "a comparison of a month to come": (
        lambda published, definition: compare(published, [definition()], month=FUTURE),
        "2030-01 is after the months of creation in this copy, which end with 2026-09",
    ),
    "a comparison of a family without models": (
        lambda published, definition: compare(published, [definition()], month=AUGUST, only=["Mistral"]),
        "nothing of Mistral is counted from 2026-08 to 2026-08",
    ),
    "nights to come": (
        of_axes(trend, first=FUTURE, until=date(2030, 2, 1)),
        "2030-01-01 to 2030-02-01 is after the nights of scope full, which end with 2026-10-05",
    ),
    "from a night to come on": (
        of_axes(trend, first=FUTURE),
        "2030-01-01 is after the nights of scope full, which end with 2026-10-05",
    ),
    "nights before the data": (
        of_axes(trend, first=PAST, until=PAST),
        "2020-01-01 is before the nights of scope full, which begin with 2026-09-04",
    ),
    "nights backwards": (
        of_axes(trend, first=planted.SNAPSHOT, until=planted.NIGHTS[0]),
        "2026-10-05 to 2026-09-04 runs backwards, give the earlier one first",
    ),
    "between two nights": (
        of_axes(trend, first=date(2026, 9, 10), until=date(2026, 9, 20)),
        "no night of scope full lies in 2026-09-10 to 2026-09-20",
    ),
    "a trend of what has none": (
        of_axes(trend, only=["unknown"], by="likes"),
        "nothing of unknown has likes from 2025-10-01 to 2026-10-05",
    ),
    "a trend under a definition that leaves nothing": (
        of_axes(trend, name="default+min_downloads=99999999", of="models"),
        "definition default+min_downloads=99999999 leaves no downloads from 2025-10-01 to 2026-10-05",
    ),
    "a ranking of what has none": (
        of_axes(top, only=["unknown"]),
        "nothing of unknown has downloads on 2026-10-05",
    ),
    "a ranking under a definition that leaves nothing": (
        of_axes(top, name="default+min_downloads=99999999"),
        "definition default+min_downloads=99999999 leaves no downloads on 2026-10-05",
    ),
    "a night beside itself": (
        lambda published, _: diff(published, planted.SNAPSHOT, planted.SNAPSHOT),
        "2026-10-05 is compared with itself",
    ),
    "a measure that finds nothing": (
        lambda published, _: measure(published, "derivatives_rank", {"model": "judy/new"}),
        "'The place of a model among those with the most direct derivatives' finds nothing with model=judy/new",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_empty_answer_says_why_and_what_is_covered(published, definition, case):
    ask, why = CASES[case]
    answer = ask(published, definition)
    assert answer.frame.is_empty()
    assert answer.notes[0].startswith(f"no rows: {why}") and answer.notes[0].endswith(COVERS), answer.notes
    assert sum(note.startswith("no rows") for note in answer.notes) == 1
    assert answer.as_json()["notes"] == list(answer.notes) and answer.notes[0] in answer.footer()
    assert published.query(answer.sql).is_empty()


def test_an_answer_with_rows_gives_no_reason(published, definition):
    for answer in (share(published, definition()), top(published, definition(), Axes("families", "likes"))):
        assert not any(note.startswith("no rows") for note in answer.notes)


def test_months_that_are_not_there_yet_are_named(published, definition):
    answer = share(published, definition(), first=SEPTEMBER, until=date(2026, 12, 31))
    assert not answer.frame.is_empty()
    assert "nothing is known yet of what comes after 2026-10-05, the newest night" in answer.notes
