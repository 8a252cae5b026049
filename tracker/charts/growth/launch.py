"""How models are taken up from the day of their release: all-time downloads by days since then, a line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tracker.charts.forms.hues import hues
from tracker.charts.forms.lines import Line, Lines
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import in_one_unit, short
from tracker.charts.plots.since_release import ticks

TITLE = "All-time downloads by days since release"
QUESTION = "How quickly is a new model downloaded?"
MOST = 6  # lines
ASKS = {"launch": {"measure": "launch", "rows": MOST}}
LOG = True


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `name`, `days` since its release, `downloads`, `passed` (the mark, for the first time), `flag`.

    A night whose counters lie below earlier ones is not drawn; where nights were missed the line is dotted.
    """
    answer = asked["launch"]
    frame = answer.frame
    names = _largest(frame)
    drawn = frame.filter(pl.col("name").is_in(names) & (pl.col("flag") != "fall"))
    last = int(drawn["days"].max() or 0)  # type: ignore[arg-type]
    mark = float(answer.parameters.get("mark", 1e6))
    lines = _lines(drawn, names, last, mark, facts)
    return Figure(
        question=QUESTION,
        title=facts.title or TITLE,
        subtitle=_subtitle(answer, len(names), facts),
        note=" ".join(_notes(frame.filter(pl.col("name").is_in(names)), facts)),
        alt=_alt(lines, last),
        plot=_plot(lines, last, facts),
        data=frame.filter(pl.col("name").is_in(names)),
        units={"days": "since release", "downloads": "all-time"},
        has_finding=False,
    )


def _largest(frame: pl.DataFrame) -> list[str]:
    """Return the names with most downloads, at most MOST."""
    most = frame.group_by("name", maintain_order=True).agg(pl.col("downloads").max())
    return [str(name) for name, _ in sorted(most.iter_rows(), key=lambda row: (-row[1], row[0]))[:MOST]]


def _lines(frame: pl.DataFrame, names: Sequence[str], last: int, mark: float, facts: Facts) -> list[Line]:
    group = "family" if set(names) <= set(facts.origin_of) else "name"
    found = []
    for name, (role, ink) in zip(names, hues(names, group, facts), strict=True):
        rows = frame.filter(pl.col("name") == name)
        values = dict(rows.select("days", "downloads").iter_rows())
        passed = rows.filter(pl.col("passed"))["days"].to_list()
        small = f"{_mark(mark)} by day {passed[0]:,}" if passed else f"day {max(values):,}" if values else ""
        # every day has its place: what lies between two nights is left open
        points = [values.get(at) for at in range(last + 1)]
        value = short(values[max(values)]) if values else ""
        found.append(Line(name.rpartition("/")[2], role, ink, points, value=value, small=small))
    return found


def _mark(mark: float) -> str:
    """Return a round number without decimals: 1M, 2.5K."""
    return short(mark).replace(".00", "").replace(".0", "")


def _plot(lines: Sequence[Line], last: int, facts: Facts) -> Plot:
    if last < 1:
        return Sentence("No two nights are known of anything from its release on, so there is no line yet.")
    days = list(range(last + 1))
    told = [f"day {at:,}" for at in days]
    return Lines(lines, [float(at) for at in days], ticks(days), told, short, in_one_unit, log=facts.log)


def _subtitle(answer: Asked, lines: int, facts: Facts) -> str:
    if answer.parameters.get("names"):
        what = "Downloads counted since release, by days since then"
    else:
        what = f"Downloads counted since release, of the {lines} most downloaded models released since nights are taken"
    return f"{what}{'' if facts.is_whole else f', {answer.denominator}'}"


def _notes(frame: pl.DataFrame, facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic
    parts.append("A line begins with the first night that has the name; dotted where nights were missed.")
    for flag, told in (
        ("stall", "counters stood still"),
        ("fall", "counters lay below earlier ones, which is left out"),
    ):
        nights = frame.filter(pl.col("flag") == flag)["snapshot_date"].n_unique()
        parts += [f"On {nights} night{'s' * (nights != 1)} {told}."] * bool(nights)
    parts.append("Downloads count file requests, not users.")
    return parts


def _alt(lines: Sequence[Line], last: int) -> str:
    values = ", ".join(f"{line.name} {line.value} ({line.small})" for line in lines)
    return f"Lines from the day of release to day {last:,}: all-time downloads. Last: {values}."
