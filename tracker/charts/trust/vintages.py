"""A month as it was said on each night: dashed while it ran, corrections as dotted lines with their day and size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

import polars as pl

from tracker.charts import Asks
from tracker.charts.forms.axes import day_ticks
from tracker.charts.forms.hues import NAMELESS, hues
from tracker.charts.forms.lines import Line, Lines
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import day, percent, points, small
from tracker.findings.monthly import spelt

TITLE = "A month's shares as they were said on each night"
QUESTION = "How was a month said while it ran, and what was corrected since?"
ASKS = {"vintages": {"measure": "vintages"}}
MOST = 6  # families
TOLD = 0.0005  # of a share: a correction that moves none by more is no line of its own
MOST_CORRECTIONS = 4


def more(asked: Mapping[str, Asked], facts: Facts) -> Asks:
    """Return the question what of the month was restated."""
    month = asked["vintages"].parameters["month"]
    return {"restated": {"measure": "restatements", "figure": "lineage.derivatives", "month": month}}


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `said_on`, `family`, `derivatives`, `share`, `is_running`, and the month's restatements."""
    frame = asked["vintages"].frame
    month = f"{asked['vintages'].parameters['month']:%Y-%m}"
    days = frame["said_on"].unique().sort().to_list()
    last = frame.filter(pl.col("said_on") == days[-1]).sort("derivatives", "family", descending=[True, False])
    names = [name for name in last["family"] if name not in NAMELESS][:MOST]
    shares = {(said, family): share for said, family, share in frame.select("said_on", "family", "share").rows()}
    corrections = _corrections(asked["restated"].frame, days, names, shares)
    running = frame.filter("is_running")["said_on"].max()
    return Figure(
        question=QUESTION,
        title=facts.title or _title(month, corrections if facts.is_whole else ()),
        subtitle=f"Share of {spelt(month)}'s {things(asked, facts)} by family, by the day on which a copy said it",
        note=" ".join(_notes(facts, days, corrections, running)),
        alt=f"Lines, {day(days[0])} to {day(days[-1])}: share of {spelt(month)}'s new derivatives as it was said. "
        + "Now: " + ", ".join(f"{name} {percent(shares[days[-1], name] or 0.0)}" for name in names) + ".",
        plot=_plot(days, names, shares, corrections, running, facts),
        data=frame,
        units={"derivatives": "credit", "share": "part of 1"},
        has_finding=bool(corrections) and facts.is_whole,
    )  # fmt: skip


def things(asked: Mapping[str, Asked], facts: Facts) -> str:
    """Return what the shares are of, or of which part of the Hub."""
    return "new derivatives" if facts.is_whole else f"new derivatives among {asked['vintages'].denominator}"


Said = Mapping[tuple[date, str], float | None]
Correction = tuple[date, str, float]  # day, family, change of its share


def _corrections(restated: pl.DataFrame, days: Sequence[date], names: Sequence[str], shares: Said) -> list[Correction]:
    """Return the days on which more than late data moved the month, with the family whose share moved most."""
    told = set(restated.filter(pl.col("class") != "routine")["restated_on"])
    found = []
    for before, said in pairwise(days):
        moved = [(name, (shares.get((said, name)) or 0.0) - (shares.get((before, name)) or 0.0)) for name in names]
        name, change = max(moved, key=lambda each: abs(each[1]), default=("", 0.0))
        if said in told and abs(change) > TOLD:
            found.append((said, name, change))
    return found


def _title(month: str, corrections: Sequence[Correction]) -> str:
    if not corrections:
        return f"{spelt(month)} as it was said on each night"
    said, name, change = max(corrections, key=lambda each: abs(each[2]))
    return f"{spelt(month)} was restated on {day(said)}: {name} by {points(change)} points"


def _plot(
    days: Sequence[date], names: Sequence[str], shares: Said, corrections: Sequence[Correction],
    running: object, facts: Facts,
) -> Plot:  # fmt: skip
    if len(days) < 2 or not names:
        return Sentence(f"It was said on one day, {day(days[0])}, and so there is no line yet.")
    series = {name: [shares.get((said, name)) for said in days] for name in names}
    lines = [
        Line(name, role, ink, series[name], value=percent(series[name][-1] or 0.0))
        for name, (role, ink) in zip(names, hues(names, "family", facts), strict=True)
    ]
    at = [float((said - days[0]).days) for said in days]
    return Lines(
        lines, at, day_ticks(days[0], days[-1]), [day(said) for said in days], percent,
        lambda values: [f"{100 * value:.10g}%" for value in values],
        restated=[
            (float((said - days[0]).days), f"{day(said)}: {name} {points(change)}")
            for said, name, change in _largest(corrections)
        ],
        estimated=[place for place, said in enumerate(days) if isinstance(running, date) and said <= running],
        wide=400, narrow=300,
    )  # fmt: skip


def _largest(corrections: Sequence[Correction]) -> list[Correction]:
    kept = sorted(corrections, key=lambda each: -abs(each[2]))[:MOST_CORRECTIONS]
    return sorted(kept)


def _notes(facts: Facts, days: Sequence[date], corrections: Sequence[Correction], running: object) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic
    if isinstance(running, date):
        parts.append("Dashed: the month was not over yet.")
    if corrections:
        count = small(len(corrections)) if len(corrections) <= 12 else f"{len(corrections):,}"
        days_told = f"{count} correction{'s' * (len(corrections) > 1)}"
        parts.append(f"Dotted: {days_told}, in points of the share that moved most; tracker restatements says why.")
    parts.append(f"What was said from {day(days[0])} on; before that no copy tells of the month.")
    return parts
