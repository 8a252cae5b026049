"""Do published figures hold: published shares beside ours, one row a point of a claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from tracker.charts.forms.sentence import Sentence
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure
from tracker.charts.look.numbers import day, month, percent
from tracker.charts.plots.tally import Said, Tally

TITLE = "Published shares beside ours under the same rule"
QUESTION = "Do published figures hold?"
MOST = 20  # rows
ASKS = {"claims": {"measure": "claims"}}


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of points of claims: what is `said`, where ours `agrees_from` and `agrees_to`, and `ours`."""
    frame = asked["claims"].frame
    known = frame.filter(pl.col("ours").is_not_null())
    is_judged = facts.is_whole and not facts.synthetic
    rows = [_said(row, is_judged) for row in known.head(MOST).iter_rows(named=True)]
    found = _finding(known) if is_judged else ""
    return Figure(
        question=QUESTION,
        title=facts.title or found or TITLE,
        subtitle="Published share and ours under the same rule; the pill is the band within which the two agree",
        note=" ".join(_notes(frame, known, facts)),
        alt=_alt(rows),
        plot=Tally(rows) if rows else Sentence("No published share can be computed from this copy."),
        data=frame,
        units=dict.fromkeys(("said", "said_to", "agrees_from", "agrees_to", "ours", "lowest", "highest"), "part of 1"),
        has_finding=bool(found),
    )


def _said(row: Mapping[str, Any], is_judged: bool) -> Said:
    """Return a row of the plot; a rule that is not published, or a copy that says nothing of the Hub, judges none."""
    ends = None if row["lowest"] is None else (row["lowest"], row["highest"])
    if ends and ends[0] == ends[1]:
        ends = None
    return Said(
        row["id"], row["group"] or "all", _when(row["from"], row["until"]), (row["said"], row["said_to"]),
        (row["agrees_from"], row["agrees_to"]), row["ours"],
        bool(row["agrees"]) if is_judged and row["lowest"] is None else None, ends, row["statement"],
    )  # fmt: skip


def _when(first: date, until: date) -> str:
    """Return a period as charts write it: a day, a month, or its first and last month."""
    if first == until:
        return day(first)
    one, other = month(f"{first:%Y-%m}"), month(f"{until:%Y-%m}")
    return one if one == other and first.day == 1 and (until + timedelta(days=1)).day == 1 else f"{one} to {other}"


def _finding(known: pl.DataFrame) -> str:
    """Return how many agree of those whose rule is published; of another the closest reading proves nothing."""
    ruled = known.filter(pl.col("lowest").is_null())
    if ruled.is_empty():
        return ""
    agree = int(ruled["agrees"].sum())
    return f"{agree} of {ruled.height} published shares whose rule is published agree with ours"


def _notes(frame: pl.DataFrame, known: pl.DataFrame, facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic
    if known["lowest"].is_not_null().any():
        parts.append(
            "A rule that was not fully published is tried under every open reading: the line is their range, the dot "
            "the closest. Such a share is possible or impossible, never confirmed; tracker claims says which."
        )
    if missing := frame.height - known.height:
        parts.append(f"{missing} more cannot be computed here; tracker claims says why.")
    if (more := known.height - MOST) > 0:
        parts.append(f"{more} more are in the data.")
    return parts


def _alt(rows: Sequence[Said]) -> str:
    if not rows:
        return "No published share can be computed from this copy."
    values = "; ".join(f"{row.name}, {row.when}: published {row.figure}, ours {percent(row.ours)}" for row in rows)
    return f"Rows of a tick and a dot on an axis of shares. {values}."
