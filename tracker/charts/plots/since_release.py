"""How families are taken up from the day of their release: a line each, by days since then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tracker.charts.forms.axes import Sizes, Ticks
from tracker.charts.forms.hues import NAMELESS, hues
from tracker.charts.forms.lines import Line, Lines
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import in_one_unit, short

MOST = 8  # lines: those with most in their last night
COUNTED = {
    "downloads": "Downloads over the trailing 30 days",
    "likes": "Likes",
    "derivatives": "Derivatives",
}  # what a trend counts, as a title says it


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `days_since_release`, a group, `snapshot_date`, `released_on` and `value`, from the day of release.

    A line begins where our nights do: what was before them is not known. Groups without a release have no line.
    """
    answer = asked["trend"]
    group = answer.frame.columns[1]
    held = answer.frame.filter((pl.col("days_since_release") >= 0) & ~pl.col(group).is_in(list(NAMELESS)))
    names = _largest(held, group)
    held = held.filter(pl.col(group).is_in(names))
    days = held["days_since_release"].unique().sort().to_list()
    lines = _lines(held, group, names, days, facts)
    counted = COUNTED[answer.parameters["by"]]
    what = group.replace("_", " ")
    return Figure(
        question=f"How is each {what} taken up from its release on?",
        title=facts.title or f"{counted} by days since release",
        subtitle=f"{counted}{'' if facts.is_whole else f', {answer.denominator}'}, by {what} and days since release",
        note=" ".join([SYNTHETIC] * facts.synthetic + ["A line begins where our nights do, a gap is left open."]),
        alt=_alt(lines, days, counted),
        plot=_plot(lines, days, facts),
        data=held,
        units={"days_since_release": "days", "value": counted.lower()},
        has_finding=False,
    )


def _largest(frame: pl.DataFrame, group: str) -> list[str]:
    newest = frame.group_by(group, maintain_order=True).agg(pl.col("value").sort_by("days_since_release").last())
    return [str(name) for name, _ in sorted(newest.iter_rows(), key=lambda row: (-row[1], row[0]))[:MOST]]


def _lines(frame: pl.DataFrame, group: str, names: Sequence[str], days: Sequence[int], facts: Facts) -> list[Line]:
    made = []
    for name, (role, ink) in zip(names, hues(names, group, facts), strict=True):
        rows = frame.filter(pl.col(group) == name)
        values = dict(rows.select("days_since_release", "value").iter_rows())
        last = max(values)
        made.append(
            Line(name, role, ink, [values.get(at) for at in days], value=short(values[last]), small=f"day {last:,}")
        )
    return made


def _plot(lines: Sequence[Line], days: Sequence[int], facts: Facts) -> Plot:
    if not lines or len(days) < 2:
        return Sentence("No two nights are known of anything with a release of its own, so there is no line yet.")
    told = [f"day {at:,}" for at in days]
    return Lines(lines, [float(at) for at in days], ticks(days), told, short, in_one_unit, log=facts.log)


def ticks(days: Sequence[int]) -> Ticks:
    """Return round numbers of days, as many as there is room for."""

    def marks(room: float, look: Sizes) -> list[tuple[float, str]]:
        most = max(2, int(room / 90))
        span = days[-1] - days[0]
        step = next(each for each in (7, 30, 90, 180, 365, 730, 1825, 10**6) if span / each <= most)
        first = -(-days[0] // step) * step
        return [(float(at), f"day {at:,}") for at in range(first, days[-1] + 1, step)]

    return marks


def _alt(lines: Sequence[Line], days: Sequence[int], counted: str) -> str:
    if not lines:
        return f"No line: nothing of these nights has a release. {counted}."
    values = ", ".join(f"{line.name} {line.value} on {line.small}" for line in lines)
    return f"Lines from day {days[0]:,} to day {days[-1]:,} since release: {counted.lower()}. Last: {values}."
