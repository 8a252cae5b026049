"""How each large family's share developed: a panel a family on one scale, the others in grey behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tracker.charts.forms import months as monthly
from tracker.charts.forms.hues import NAMELESS, hues
from tracker.charts.forms.lines import Line
from tracker.charts.forms.months import FEWEST, Months
from tracker.charts.forms.sentence import Sentence
from tracker.charts.forms.series import share_line
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts, things
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.sums import ordered_sum
from tracker.charts.plots.panels import Panels
from tracker.findings.chance import THIN
from tracker.findings.courses import moved, told
from tracker.findings.monthly import read, spelt

TITLE = "Monthly share of new derivatives, a panel for each of the eight largest families"
QUESTION = "How has each family's share developed?"
MAX_MONTHS = 36
MOST = 8  # panels
ASKS = {"share": {"measure": "share", "by": "family", "months": MAX_MONTHS}}


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `month` (YYYY-MM), a group, `derivatives`, `share` (0 to 1), `low`, `high`, `n`."""
    answer = asked["share"]
    frame, group = answer.frame, answer.frame.columns[1]
    held = monthly.read(frame, facts, MAX_MONTHS)
    names = _largest(frame, group, held)
    of = things(answer)
    lines = [
        share_line(frame, group, name, hue, held) for name, hue in zip(names, hues(names, group, facts), strict=True)
    ]
    whole = read(frame, group, NAMELESS, held.whole)
    found = told(whole, moved(whole, names)) if facts.is_whole else ""
    words = group.replace("_", " ")
    last = f", {spelt(held.last)}" if held.last else ""
    return Figure(
        question=QUESTION if group == "family" else f"How has each {words}'s share developed?",
        title=facts.title or found or f"Share of {of} by {words}{last}",
        subtitle=_subtitle(of, words, held, facts),
        note=" ".join(_notes(held, facts)),
        alt=_alt(lines, held, of),
        plot=_plot(lines, held),
        data=frame.filter(pl.col(group).is_in(names)).select(
            "month", group, "derivatives", "share", "low", "high", "n"
        ),
        units={"derivatives": "credit", "share": "part of 1", "low": "part of 1", "high": "part of 1", "n": "models"},
        has_finding=bool(found),
    )


def _largest(frame: pl.DataFrame, group: str, held: Months) -> list[str]:
    """Return the groups that are largest over all months drawn, the largest of the last whole month first."""
    drawn = frame.filter(pl.col("month").is_in(sorted(held.drawn)) & ~pl.col(group).is_in(sorted(NAMELESS)))
    weight = dict(drawn.group_by(group, maintain_order=True).agg(ordered_sum("derivatives")).iter_rows())
    last = dict(drawn.filter(pl.col("month") == held.last).select(group, "derivatives").iter_rows())
    largest = sorted(weight, key=lambda name: (-weight[name], name))[:MOST]
    return sorted(largest, key=lambda name: (-last.get(name, 0.0), -weight[name], name))


def _plot(lines: Sequence[Line], held: Months) -> Plot:
    if not held.drawn or not lines:
        return Sentence(f"No month counts {THIN} models or more, so nothing is drawn.")
    if len(held.whole) < FEWEST:
        values = ", ".join(f"{line.name} {line.value}" for line in lines)
        return Sentence(f"Fewer than {FEWEST} whole months, and so no lines yet. {spelt(held.last)}: {values}.")
    return Panels(lines, held.every, held.running)


def _subtitle(of: str, words: str, held: Months, facts: Facts) -> str:
    bands = "; bands show what the untraced and unreviewed part allows" if facts.is_whole else ""
    values = f". Values: {spelt(held.last)}, n = {held.sizes[held.last]:,}" if held.last else ""
    return f"Share of {of} by {words}, all panels on one scale; grey: the others{bands}{values}"


def _notes(held: Months, facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic + held.notes("Dotted")
    if facts.is_whole:
        parts.append("A band goes from what is surely the family's to what it would be with all that is untraced.")
    return parts


def _alt(lines: Sequence[Line], held: Months, of: str) -> str:
    if not held.last:
        return f"No month of {of} counts {THIN} models or more."
    values = ", ".join(f"{line.name} {line.value}" for line in lines)
    period = f"{spelt(held.every[0])} to {spelt(held.every[-1])}"
    return f"{len(lines)} panels of lines, {period}: share of {of}. {spelt(held.last)}: {values}."
