"""One family's share of new derivatives with its bounds, the others in grey; its peak and its passing are marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from tracker.charts.forms import months as monthly
from tracker.charts.forms.axes import month_ticks
from tracker.charts.forms.hues import NAMELESS, hues
from tracker.charts.forms.lines import Crossing, Line, Lines
from tracker.charts.forms.months import FEWEST, Months
from tracker.charts.forms.sentence import Sentence
from tracker.charts.forms.series import met, share_line
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts, things
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import label, percent
from tracker.charts.look.numbers import month as short_month
from tracker.charts.look.sums import ordered_sum
from tracker.findings.chance import THIN, overtakes
from tracker.findings.courses import moved, passed, peak, peaked, told
from tracker.findings.monthly import Month, read, spelt

TITLE = "Monthly share of new derivatives of one family (--only), the leading one unless named"
QUESTION = "What share of new derivatives is built on one family?"
CHOOSES = "family"
KEEPS = ("by",)
MAX_MONTHS = 36
OTHERS = 8  # grey lines; the first NAMED have a label
NAMED = 3
ASKS = {"share": {"measure": "share", "by": "family", "months": MAX_MONTHS}}
LOG = True


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `month` (YYYY-MM), a group, `derivatives`, `share` (0 to 1), `low`, `high`, `n`."""
    answer = asked["share"]
    frame, group = answer.frame, answer.frame.columns[1]
    held = monthly.read(frame, facts, MAX_MONTHS)
    ranked = _ranked(frame, group, held)
    name = facts.chosen or next(iter(ranked), "")
    of = things(answer)
    whole = read(frame, group, NAMELESS, held.whole)
    found = (peaked(whole, name) or passed(whole, name) or told(whole, moved(whole, [name]))) if facts.is_whole else ""
    lines = _lines(frame, group, [name, *(each for each in ranked if each != name)], held, facts)
    return Figure(
        question=f"What share of {of} is built on {name}?",
        title=facts.title or found or f"Share of {of} built on {name}",
        subtitle=_subtitle(of, name, held, facts),
        note=" ".join(_notes(name, held, facts)),
        alt=_alt(lines, held, of),
        plot=_plot(lines, held, whole, facts),
        data=_data(frame, group, name),
        units={"derivatives": "credit", "share": "part of 1", "low": "part of 1", "high": "part of 1", "n": "models"},
        has_finding=bool(found),
    )


def _ranked(frame: pl.DataFrame, group: str, held: Months) -> list[str]:
    """Return the groups with a name, those of the last whole month first, the largest first."""
    last = frame.with_columns(pl.when(pl.col("month") == held.last).then("derivatives").otherwise(0.0).alias("last"))
    weights = last.group_by(group, maintain_order=True).agg(ordered_sum("last"), ordered_sum("derivatives"))
    named = [row for row in weights.iter_rows() if row[0] not in NAMELESS]
    return [row[0] for row in sorted(named, key=lambda row: (-row[1], -row[2], row[0]))]


def _lines(frame: pl.DataFrame, group: str, names: Sequence[str], held: Months, facts: Facts) -> list[Line]:
    lines = [share_line(frame, group, names[0], hues(names[:1], group, facts)[0], held)]
    for at, name in enumerate(names[1 : OTHERS + 1]):
        other = share_line(frame, group, name, ("axis", "muted"), held)
        last = other.values[held.every.index(held.last)] if held.last else 0.0
        shown = name if at < NAMED else ""
        lines.append(replace(other, name=shown, value=label(last or 0), low=(), high=(), small="", is_quiet=True))
    return lines


def _plot(lines: Sequence[Line], held: Months, whole: Sequence[Month], facts: Facts) -> Plot:
    if not held.drawn:
        return Sentence(f"No month counts {THIN} models or more, so nothing is drawn.")
    if len(held.whole) < FEWEST:
        values = ", ".join(f"{line.name} {line.value}" for line in lines if line.name)
        return Sentence(f"Fewer than {FEWEST} whole months, and so no line yet. {spelt(held.last)}: {values}.")
    crossing = _crossing(lines, held, whole) if facts.is_whole else None
    top = peak(whole, lines[0].name) if facts.is_whole else None
    return Lines(
        lines, list(range(len(held.every))), month_ticks(held.every), held.heads(), percent,
        lambda values: [f"{100 * value:.10g}%" for value in values], running=held.running, crossing=crossing,
        others=() if top is None else (_peak(lines[0], held, whole[top].month),), log=facts.log,
    )  # fmt: skip


def _peak(line: Line, held: Months, month: str) -> Crossing:
    at = held.every.index(month)
    share = line.values[at] or 0.0
    return Crossing(at, share, (f"peak {percent(share)}, {short_month(month)}",), 4.5)


def _crossing(lines: Sequence[Line], held: Months, whole: Sequence[Month]) -> Crossing | None:
    """Return where the family passed the one that led before it, for good."""
    name = lines[0].name
    over = overtakes([each.shares for each in whole], name) if whole and name in whole[-1].shares else None
    if not over:
        return None
    since, other = over
    at = held.every.index(whole[since].month)
    if at == 0 or held.every[at - 1] not in held.drawn:
        return None
    before, now = whole[since - 1].shares[other].share, whole[since].shares[other].share
    values: list[float | None] = [None] * len(held.every)
    values[at - 1 : at + 1] = [before, now]
    position, value = met(lines[0], Line(other, "", "", values), at)
    return Crossing(position, value, (f"passes {other},", short_month(whole[since].month)))


def _data(frame: pl.DataFrame, group: str, name: str) -> pl.DataFrame:
    mine = pl.col(group) == name
    columns = ["month", group, "derivatives", "share", "low", "high", "n"]
    return pl.concat([frame.filter(mine), frame.filter(~mine)]).select(columns)


def _subtitle(of: str, name: str, held: Months, facts: Facts) -> str:
    band = "; band: what the untraced and unreviewed part allows" if facts.is_whole else ""
    values = f". Values: {spelt(held.last)}, n = {held.sizes[held.last]:,}" if held.last else ""
    return f"Share of {of} whose root is of {name}{band}; grey: other large ones{values}"


def _notes(name: str, held: Months, facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic + held.notes("Dotted")
    if facts.is_whole:
        parts.append(f"The upper edge is what the share would be if all that is untraced were built on {name}.")
    return parts


def _alt(lines: Sequence[Line], held: Months, of: str) -> str:
    if not held.last:
        return f"No month of {of} counts {THIN} models or more."
    values = ", ".join(f"{line.name} {line.value}" for line in lines if line.name)
    period = f"{spelt(held.every[0])} to {spelt(held.every[-1])}"
    return f"Lines, {period}: share of {of} built on {lines[0].name}, others in grey. {spelt(held.last)}: {values}."
