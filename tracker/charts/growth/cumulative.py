"""Who has more derivatives altogether, and since when: all that were ever made by origin of their root."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from tracker.charts.forms import months as monthly
from tracker.charts.forms.axes import month_ticks
from tracker.charts.forms.hues import NAMELESS, hues
from tracker.charts.forms.lines import Crossing, Line, Lines
from tracker.charts.forms.months import FEWEST
from tracker.charts.forms.sentence import Sentence
from tracker.charts.forms.series import by_origin, met
from tracker.charts.look import colors
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts, things
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import count, day
from tracker.charts.look.numbers import month as short_month
from tracker.findings.chance import THIN, overtakes
from tracker.findings.cumulated import stated
from tracker.findings.monthly import Month, read, spelt, the

TITLE = "Derivatives ever made, by origin of their root"
QUESTION = "Who has more derivatives altogether, and since when?"
MOST = 8  # lines
ASKS = {"share": {"measure": "share", "by": "origin_country", "first": date(2022, 3, 1)}}
LOG = True


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `month` (YYYY-MM), a group, `derivatives`, `share` (0 to 1), `low`, `high`, `n`, summed up."""
    answer = asked["share"]
    group = answer.frame.columns[1]
    frame = by_origin(answer.frame, facts) if group == "origin_country" else answer.frame.rename({group: "group"})
    data = so_far(frame)
    months = monthly.between(data["month"].unique().sort().to_list())
    lines = _lines(data, months, group, facts)
    of = things(answer).replace("new ", "", 1)
    held = monthly.read(frame, facts, len(months))
    whole = _whole(data, months, held.snapshot_date)
    found = stated(whole, read(frame, "group", NAMELESS, held.whole)) if facts.is_whole else ""
    by = "origin" if group == "origin_country" else group.replace("_", " ")
    return Figure(
        question=QUESTION,
        title=facts.title or found or f"{of[:1].upper()}{of[1:]} ever made, by {by}",
        subtitle=f"{of[:1].upper()}{of[1:]} created up to the end of each month, by {by} of the root. "
        f"Values: up to {day(facts.snapshot_date)}",
        note=" ".join(_notes(data, facts)),
        alt=_alt(lines, months, of),
        plot=_plot(lines, months, whole, facts),
        data=data,
        units={"derivatives": "credit", "so_far": "credit"} | dict.fromkeys(("share", "low", "high"), "part of 1"),
        has_finding=bool(found),
    )


def so_far(frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows of every month and group: `derivatives`, all `so_far`, their `share`, `low` and `high`, and `n`."""
    totals = frame.group_by("month", maintain_order=True).agg(
        (pl.col("derivatives") / pl.col("share")).filter(pl.col("share") > 0).max().fill_null(0.0).alias("total"),
        (pl.col("high") - pl.col("low")).max().alias("loose"),
        pl.col("n").max(),
    )
    months = pl.DataFrame({"month": monthly.between(frame["month"].unique().to_list())}, schema={"month": pl.String})
    grid = months.join(frame.select("group").unique(maintain_order=True), how="cross")
    rows = (
        grid.join(frame.select("month", "group", "derivatives", "low"), on=["month", "group"], how="left")
        .join(totals, on="month", how="left")
        .with_columns(pl.col("derivatives", "total", "n").fill_null(0))
        .with_columns((pl.col("loose").is_null() & (pl.col("total") > 0)).alias("is_open"))
        .with_columns(
            (pl.col("low").fill_null(0.0) * pl.col("total")).alias("firm"),
            (pl.col("loose").fill_null(0.0) * pl.col("total")).alias("loose"),
        )
    )
    summed = rows.with_columns(
        pl.col("derivatives").cum_sum().over("group", order_by="month").alias("so_far"),
        *(pl.col(name).cum_sum().over("group", order_by="month") for name in ("firm", "loose", "total", "n")),
        pl.col("is_open").any(),
    )
    low = pl.when(~pl.col("is_open")).then(pl.col("firm") / pl.col("total"))
    return summed.select(
        "month", "group", "derivatives", "so_far", (pl.col("so_far") / pl.col("total")).alias("share"),
        low.alias("low"), pl.min_horizontal(1.0, low + pl.col("loose") / pl.col("total")).alias("high"), "n",
    )  # fmt: skip


def _whole(data: pl.DataFrame, months: Sequence[str], snapshot_date: date) -> list[Month]:
    last = monthly.last_whole(snapshot_date)
    counted = dict(data.select("month", "n").iter_rows())
    return read(data, "group", NAMELESS, [month for month in months if month <= last and counted[month] >= THIN])


def _lines(data: pl.DataFrame, months: Sequence[str], group: str, facts: Facts) -> list[Line]:
    last = dict(data.filter(pl.col("month") == months[-1]).select("group", "so_far").iter_rows()) if months else {}
    named = [name for name in last if name not in NAMELESS]
    if group == "origin_country":
        named = [name for name in colors.NAMED if name in named]
    else:
        named = sorted(named, key=lambda name: (-last[name], name))[:MOST]
    lines = []
    for name, (role, ink) in zip(named, hues(named, group, facts), strict=True):
        values = data.filter(pl.col("group") == name).sort("month")["so_far"].to_list()
        lines.append(Line(name, role, ink, values, small=count(last[name])))
    return lines


def _plot(lines: Sequence[Line], months: Sequence[str], whole: Sequence[Month], facts: Facts) -> Plot:
    if not lines:
        return Sentence("Nothing that was made is traced to a group with a name, so nothing is drawn.")
    if len(months) < FEWEST:
        values = ", ".join(f"{line.name} {line.small}" for line in lines)
        return Sentence(f"Fewer than {FEWEST} months, and so no lines yet. {spelt(months[-1])}: {values}.")
    return Lines(
        lines, list(range(len(months))), month_ticks(months), [spelt(month) for month in months], count,
        lambda values: [f"{value:,.10g}" for value in values], log=facts.log,
        crossing=_crossing(lines, months, whole) if facts.is_whole else None,
    )  # fmt: skip


def _crossing(lines: Sequence[Line], months: Sequence[str], whole: Sequence[Month]) -> Crossing | None:
    """Return where the leader passed the one before it for good."""
    if not whole or not whole[-1].shares:
        return None
    leader = max(whole[-1].shares, key=lambda name: (whole[-1].shares[name].share, name))
    over, drawn = overtakes([each.shares for each in whole], leader), {line.name: line for line in lines}
    if not over or leader not in drawn or over[1] not in drawn:
        return None
    at = months.index(whole[over[0]].month)
    position, value = met(drawn[leader], drawn[over[1]], at)
    return Crossing(position, value, (f"{leader} passes", f"{the(over[1])}, {short_month(months[at])}"))


def _notes(data: pl.DataFrame, facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic
    nameless = data.filter(pl.col("group").is_in(sorted(NAMELESS)))
    if data.height and (open_part := sum(nameless.filter(pl.col("month") == data["month"].max())["so_far"])):
        parts.append(f"Not drawn: {count(open_part)} of unknown or unreviewed origin.")
    parts.append("A merge is shared between its roots.")
    parts.append("Models deleted before the first night are unknown, so early months are undercounted.")
    if data.height and data["month"].min() == "2022-03":
        parts.append("March 2022 holds everything older as well.")
    return parts


def _alt(lines: Sequence[Line], months: Sequence[str], of: str) -> str:
    if not months:
        return f"No month has {of}."
    values = ", ".join(f"{line.name} {line.small}" for line in lines)
    return f"Lines, {spelt(months[0])} to {spelt(months[-1])}: {of} made so far. At the end: {values}."
