"""Downloads over time by origin country: one line a country group; missed nights are gaps, never filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import matplotlib.dates
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from tracker.charts import Caption
from tracker.charts.look import style
from tracker.charts.look.colors import GROUPS, Theme, group_of
from tracker.charts.look.labels import spread
from tracker.findings.chance import THIN
from tracker.findings.nightly import headline

TITLE = "Downloads over the trailing 30 days by origin country"
QUESTION = {"measure": "trend", "by": "downloads", "of": "countries"}

SMOOTHED_FROM = 60  # nights; a shorter series shows its weekly cycle as it is
MAX_TICKS = 8
MAX_LABELS = 14  # days of the month side by side on the axis
WINDOW = 7  # nights in a mean: one weekly cycle

MDATES: Any = matplotlib.dates  # carries no annotations

Run = list[tuple[date, float]]


@dataclass(frozen=True)
class Line:
    """One country group: its nights in unbroken runs, oldest first."""

    group: str
    runs: tuple[Run, ...]

    @property
    def first(self) -> float:
        return self.runs[0][0][1]

    @property
    def last(self) -> float:
        return self.runs[-1][-1][1]


def draw(frame: pl.DataFrame, caption: Caption) -> Figure:
    """Draw rows of `snapshot_date`, `origin_country` (ISO code, unknown, unreviewed) and `value` (30-day downloads)."""
    theme = style.theme_of(caption)
    nights = frame["snapshot_date"].unique().sort().to_list()
    lines, smoothed = _lines(frame, nights, caption)
    with style.styled(theme):
        figure = style.new_figure(theme)
        title = caption.title or _headline(nights, lines, caption)
        top = style.write_heading(figure, theme, title, _subtitle(smoothed, caption))
        bottom = style.write_footer(figure, theme, _notes(nights, caption), caption)
        axes = figure.add_axes((0.062, bottom, 0.738, top - bottom))
        for line in lines:
            _draw_line(axes, theme, line)
        _axes(axes, theme, nights, lines)
        _gaps(axes, theme, nights)
        _label(figure, axes, theme, lines)
    return figure


def _lines(frame: pl.DataFrame, nights: Sequence[date], caption: Caption) -> tuple[list[Line], bool]:
    smoothed = len(nights) >= SMOOTHED_FROM
    grouped = (
        frame.with_columns(
            pl.col("origin_country")
            .map_elements(lambda code: group_of(code, caption.europe), return_dtype=pl.String, skip_nulls=False)
            .alias("group")
        )
        .group_by("snapshot_date", "group")
        .agg(pl.col("value").sum())
    )
    lines = []
    for group in GROUPS:
        by_night = dict(grouped.filter(pl.col("group") == group).select("snapshot_date", "value").iter_rows())
        runs = [[(night, by_night.get(night, 0.0)) for night in run] for run in _runs(nights)]
        if by_night:
            lines.append(Line(group, tuple(_mean(run) if smoothed else run for run in runs)))
    return sorted(lines, key=lambda line: -line.last), smoothed


def _runs(nights: Sequence[date]) -> list[list[date]]:
    """Return the nights split where one or more are missing."""
    runs = [[nights[0]]]
    for before, night in pairwise(nights):
        if night - before > timedelta(days=1):
            runs.append([])
        runs[-1].append(night)
    return runs


def _mean(run: Run) -> Run:
    """Return the trailing mean over up to WINDOW nights; it never reaches across a gap."""
    values = [value for _, value in run]
    means = [sum(values[max(0, i + 1 - WINDOW) : i + 1]) / min(i + 1, WINDOW) for i in range(len(values))]
    return [(night, mean) for (night, _), mean in zip(run, means, strict=True)]


def _draw_line(axes: Axes, theme: Theme, line: Line) -> None:
    color = theme.base[line.group]
    for run in line.runs:
        x, y = [_number(night) for night, _ in run], [value for _, value in run]
        axes.plot(
            x, y, color=color, linewidth=2.4, solid_capstyle="round", marker="o" if len(run) == 1 else "", markersize=4
        )
    for before, after in pairwise(line.runs):  # a dotted bridge says: nothing is known in between
        ends = [before[-1], after[0]]
        axes.plot(
            [_number(night) for night, _ in ends],
            [value for _, value in ends],
            color=color,
            linewidth=1.6,
            linestyle=(0, (1, 2.2)),
        )
    night, value = line.runs[-1][-1]
    axes.plot([_number(night)], [value], "o", color=color, markersize=7, clip_on=False)


def _axes(axes: Axes, theme: Theme, nights: Sequence[date], lines: Sequence[Line]) -> None:
    highest = max(value for line in lines for run in line.runs for _, value in run)
    axes.set_ylim(0, highest * 1.08 or 1)
    first, last = _number(nights[0]), _number(nights[-1])
    axes.set_xlim(first, max(last, first + 1))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: human(value)))
    if len(nights) <= MAX_TICKS:  # nights have ticks of their own, and none stands between two nights
        locator: Any = FixedLocator([_number(night) for night in _apart(nights)])
    else:
        locator = MDATES.AutoDateLocator(maxticks=MAX_TICKS)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(
        MDATES.ConciseDateFormatter(
            locator,
            formats=["%Y", "%b", "%-d %b", "%H:%M", "%H:%M", "%S"],
            zero_formats=["", "%b\n%Y", "%b", "%-d %b", "%H:%M", "%H:%M"],
            show_offset=False,
        )
    )
    axes.grid(axis="y", color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0, labelsize=11)
    axes.tick_params(axis="x", length=4, labelsize=11, color=theme.grid)
    for name, side in axes.spines.items():
        side.set_visible(name == "bottom")


def _apart(nights: Sequence[date]) -> list[date]:
    """Return the last night, and before it those whose labels have room beside one another."""
    room = (nights[-1] - nights[0]) / MAX_LABELS
    kept = [nights[-1]]
    for night in reversed(nights[:-1]):
        if kept[-1] - night >= room:
            kept.append(night)
    return kept


def _gaps(axes: Axes, theme: Theme, nights: Sequence[date]) -> None:
    for before, night in pairwise(nights):
        missed = (night - before).days - 1
        if missed < 1:
            continue
        start, end = _number(before), _number(night)
        axes.axvspan(start, end, color=theme.grid, alpha=0.55, linewidth=0)
        text = f"{missed} nights\nmissed" if missed > 1 else "1 night\nmissed"
        axes.text(
            (start + end) / 2,
            0.985,
            text,
            transform=axes.get_xaxis_transform(),
            ha="center",
            va="top",
            size=9,
            color=theme.muted,
        )


def _label(figure: Figure, axes: Axes, theme: Theme, lines: Sequence[Line]) -> None:
    """Write each line's name, newest value and change beside its end."""
    box = axes.get_position()
    ceiling = axes.get_ylim()[1]
    wanted = [box.y0 + box.height * line.last / ceiling for line in lines]
    height = (11.5 + 9.5) * 1.5 / 72 / style.HEIGHT
    for line, y in zip(lines, spread(wanted, [height] * len(lines), box.y0, box.y1 + 0.03), strict=True):
        x = box.x1 + 0.022
        figure.text(x, y + 0.002, line.group, size=11.5, weight="bold", color=theme.ink[line.group], va="bottom")
        change = (
            f"  {line.last / line.first - 1:+.0%}".replace("-0%", "±0%").replace("+0%", "±0%") if line.first else ""
        )
        figure.text(x, y - 0.004, f"{human(line.last)}{change}", size=9.5, color=theme.muted, va="top")


def _number(day: date) -> float:
    return float(MDATES.date2num(day))


def human(value: float) -> str:
    """Return a count as people write it: 950, 12K, 3.4M, 1.2B."""
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if abs(value) >= size:
            scaled = value / size
            return f"{scaled:.0f}{letter}" if scaled >= 10 or scaled == int(scaled) else f"{scaled:.1f}{letter}"
    return f"{value:.0f}"


def _headline(nights: Sequence[date], lines: Sequence[Line], caption: Caption) -> str:
    """Return what may be stated, else what is shown: of a part of the Hub, and of few models, nothing is stated."""
    if caption.scope != "full":
        return f"{TITLE}, of {caption.denominator}"
    values = {line.group: [value for run in line.runs for _, value in run] for line in lines}
    loose = values.pop("Unknown", [0.0] * len(nights))
    return (headline(nights, values, loose) if (caption.models or 0) >= THIN else "") or TITLE


def _subtitle(smoothed: bool, caption: Caption) -> str:
    window = f" ({WINDOW}-night mean)" if smoothed else ""
    models = "all models" if caption.scope == "full" else caption.denominator
    n = "" if caption.models is None else f" · n = {caption.models:,} models on the last night"
    return f"Downloads over the trailing 30 days{window}, {models}, by the country of their root's developer{n}"


def _notes(nights: Sequence[date], caption: Caption) -> str:
    expected = (nights[-1] - nights[0]).days + 1
    parts = [style.SYNTHETIC] if caption.synthetic else []
    parts.append(
        f"{len(nights)} of {expected} nights from {nights[0]} to {nights[-1]}; missed nights are left open. "
        "Downloads count file requests, not users. Unknown: roots without a reviewed origin."
    )
    return " ".join(parts)
