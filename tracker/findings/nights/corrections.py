"""What was restated, in sentences: one a cause, with how many figures it changed and the largest change of a month."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from tracker.findings.monthly import spelt
from tracker.findings.sentence import Sentence, strong

_CALLED = {"source": "A night collected again", "method": "Another method or rule", "correction": "A correction"}
_OF_MONTHS = "lineage.derivatives"
MINUS = "−"
_MARKS = re.compile("[\x00-\x1f]")

Rows = Sequence[Mapping[str, Any]]  # of restatements


def of_days(rows: Rows, first: date, last: date) -> Iterator[Sentence]:
    """Yield what copies of these days have restated, late data apart, one sentence a cause."""
    held = [row for row in rows if first <= row["restated_on"] <= last and row["class"] in _CALLED]
    for cause in dict.fromkeys((row["restated_on"], row["class"], row["reason"]) for row in held):
        mine = [row for row in held if (row["restated_on"], row["class"], row["reason"]) == cause]
        said, kind, reason = cause
        text = f"{strong(_CALLED[kind])} of {said} restates {_figures(len(mine))}{_largest(mine)}: {_clean(reason)}."
        yield Sentence("restated", text, float(len(mine)), "then_and_now", "restatements")


def of_nights(rows: Rows, first: date, last: date) -> Iterator[Sentence]:
    """Yield how many figures of these nights were restated after them, late data apart."""
    mine = [
        row
        for row in rows
        if first <= row["period"] <= last < row["restated_on"] and row["class"] in _CALLED
        and not row["figure"].startswith(("lineage.", "definitions."))
    ]  # fmt: skip
    if mine:
        days = sorted({row["restated_on"] for row in mine})
        text = f"{strong(_figures(len(mine)))} of this week's nights were restated since, last on {days[-1]}."
        yield Sentence("restated", text, float(len(mine)), "", "restatements")


def _figures(count: int) -> str:
    return f"{count:,} figure{'s' * (count != 1)}"


def _largest(rows: Rows) -> str:
    """Return the largest change of a month's derivatives; nothing where none has changed."""
    months = [row for row in rows if row["figure"] == _OF_MONTHS]
    if not months:
        return ""
    row = max(months, key=lambda each: (abs(each["change"]), str(each["period"]), each["key"]))
    change = f"{row['change']:+,.0f}" if row["change"] == round(row["change"]) else f"{row['change']:+,.1f}"
    month, change = spelt(f"{row['period']:%Y-%m}"), change.replace("-", MINUS)
    return f", most {_clean(row['key'])}'s derivatives of {month} ({change})"


def _clean(text: str) -> str:
    return _MARKS.sub("�", text)
