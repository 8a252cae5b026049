"""Where the roots of new derivatives come from: a line with bounds for each origin, and who passed whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tracker.charts.forms import months as monthly
from tracker.charts.forms.axes import month_ticks
from tracker.charts.forms.dots import Dot, Dots, Row
from tracker.charts.forms.hues import NAMELESS, hues
from tracker.charts.forms.lines import Crossing, Line, Lines
from tracker.charts.forms.months import FEWEST, Months
from tracker.charts.forms.sentence import Sentence
from tracker.charts.forms.series import by_origin, met, share_line
from tracker.charts.look import colors
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts, things
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import month as short_month
from tracker.charts.look.numbers import percent
from tracker.charts.look.sums import ordered_sum
from tracker.findings.chance import THIN, overtakes
from tracker.findings.monthly import Month, headline, read, spelt, the

TITLE = "Monthly share of new derivatives by origin of their root"
QUESTION = "Where do the roots of new derivatives come from?"
MAX_MONTHS = 36
MOST = 8  # lines: beyond that only the largest have one
ASKS = {"share": {"measure": "share", "by": "origin_country", "months": MAX_MONTHS}}
LOG = True


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `month` (YYYY-MM), a group, `derivatives`, `share` (0 to 1), `low`, `high`, `n`.

    Countries are drawn as China, the United States, Europe and others, each the sum of its countries; what is
    untraced could be any of them. Thin months have no point, the running one is dotted.
    """
    answer = asked["share"]
    group = answer.frame.columns[1]
    frame = by_origin(answer.frame, facts) if group == "origin_country" else answer.frame.rename({group: "group"})
    held = monthly.read(frame, facts, MAX_MONTHS)
    lines = _lines(frame, group, held, facts)
    of = things(answer)
    found = _finding(frame, held, of) if facts.is_whole else ""
    crossing = _crossing(frame, lines, held) if facts.is_whole else None
    return Figure(
        question=QUESTION
        if group == "origin_country"
        else f"How has each {group.replace('_', ' ')}'s share developed?",
        title=facts.title
        or found
        or f"Share of {of} by {'origin' if group == 'origin_country' else group.replace('_', ' ')}",
        subtitle=_subtitle(of, group, held, facts),
        note=" ".join(_notes(facts, group, held)),
        alt=_alt(lines, held, of),
        plot=_plot(lines, held, crossing, facts),
        data=frame,
        units={"derivatives": "credit", "share": "part of 1", "low": "part of 1", "high": "part of 1", "n": "models"},
        has_finding=bool(found),
    )


def _lines(frame: pl.DataFrame, group: str, held: Months, facts: Facts) -> list[Line]:
    named = _shown(frame, group)
    return [
        share_line(frame, "group", name, hue, held) for name, hue in zip(named, hues(named, group, facts), strict=True)
    ]


def _shown(frame: pl.DataFrame, group: str) -> list[str]:
    if group == "origin_country":
        return [name for name in colors.NAMED if name in set(frame["group"])]
    weight = dict(frame.group_by("group", maintain_order=True).agg(ordered_sum("derivatives")).iter_rows())
    named = [name for name in weight if name not in NAMELESS]
    return sorted(named, key=lambda name: (-weight[name], name))[:MOST]


def _plot(lines: Sequence[Line], held: Months, crossing: Crossing | None, facts: Facts) -> Plot:
    if not held.drawn:
        return Sentence(f"No month counts {THIN} models or more, so nothing is drawn.")
    if len(held.whole) < FEWEST:
        return Dots([_row(line, held) for line in lines], _percents, f"share, {spelt(held.last)}")
    return Lines(
        lines, list(range(len(held.every))), month_ticks(held.every), held.heads(), percent, _percents,
        running=held.running, crossing=crossing, log=facts.log,
    )  # fmt: skip


def _row(line: Line, held: Months) -> Row:
    at = held.every.index(held.last)
    value, low, high = line.values[at] or 0.0, line.low[at], line.high[at]
    bar = None if low is None or high is None else (low, high, line.role)
    told = [line.name, f"share\t{line.value}", f"bounds\t{line.small}"]
    return Row(line.name, line.ink, [Dot(value, line.role)], line.small, bar, line.value, told=told)


def _percents(values: Sequence[float]) -> list[str]:
    return [f"{100 * value:.10g}%" for value in values]


def _months(frame: pl.DataFrame, months: Sequence[str]) -> list[Month]:
    return read(frame, "group", NAMELESS, months)


def _finding(frame: pl.DataFrame, held: Months, of: str) -> str:
    running = _months(frame, [month for month in held.drawn if month > held.last])
    return headline(_months(frame, held.whole), running[0] if running else None, of)


def _crossing(frame: pl.DataFrame, lines: Sequence[Line], held: Months) -> Crossing | None:
    """Return where the leader passed the one before it for good, between two months."""
    whole = _months(frame, held.whole)
    if not whole or not whole[-1].shares:
        return None
    leader = max(whole[-1].shares, key=lambda name: (whole[-1].shares[name].share, name))
    found = overtakes([each.shares for each in whole], leader)
    drawn = {line.name: line for line in lines}
    if not found or leader not in drawn or found[1] not in drawn:
        return None
    since, other = found
    at = held.every.index(whole[since].month)
    position, value = met(drawn[leader], drawn[other], at)
    return Crossing(position, value, (f"{leader} passes", f"{the(other)}, {short_month(whole[since].month)}"))


def _subtitle(of: str, group: str, held: Months, facts: Facts) -> str:
    by = "the country of the root's developer" if group == "origin_country" else group.replace("_", " ")
    bands = "; bands show what the untraced and unreviewed part allows" if facts.is_whole else ""
    values = f". Values: {spelt(held.last)}, n = {held.sizes[held.last]:,}" if held.last else ""
    return f"Share of {of} by {by}{bands}{values}"


def _notes(facts: Facts, group: str, held: Months) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic + held.notes("Dotted")
    if group == "origin_country":
        parts.append("Origin is where the developer of the root is based, not where the derivative was published.")
    if facts.is_whole:
        parts.append("The bands of several lines cannot be at their upper edge at once.")
    return parts


def _alt(lines: Sequence[Line], held: Months, of: str) -> str:
    if not held.last:
        return f"No month of {of} counts {THIN} models or more."
    values = ", ".join(f"{line.name} {line.value}" for line in lines)
    return f"Lines, {spelt(held.every[0])} to {spelt(held.every[-1])}: share of {of}. {spelt(held.last)}: {values}."
