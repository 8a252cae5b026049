"""What nights told beside what days were: columns as wide as the days that they speak for, a line of settled days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from tracker.charts import Asks, marked
from tracker.charts.forms.sentence import Sentence
from tracker.charts.forms.series import FLAGS
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import day, short
from tracker.charts.look.sums import ordered_sum
from tracker.charts.marked import incidents, recounted
from tracker.charts.marked.nights import Column, Nights

TITLE = "Downloads as nights told them, beside settled days"
QUESTION = "How far is what nights told from what days were?"
_FLOW = {"measure": "trend", "by": "downloads", "of": "countries", "flow": True}
ASKS = {"raw": _FLOW, "settled": {**_FLOW, "settled": True}}
KEEPS = ("by", "since_release")
NOTED = 0.1  # of all downloads: a flag of groups that have less is not the sum's
FEWEST = 2  # days


def more(asked: Mapping[str, Asked], facts: Facts) -> Asks:
    """Return what befell the days that are drawn, and when downloads began to be counted otherwise."""
    return marked.about(asked["settled"].frame["day"], facts)


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `snapshot_date`, `days`, `value` and `flag`, and settled ones of `day` and `value`, summed up."""
    answer = asked["raw"]
    columns = _columns(answer.frame)
    days = asked["settled"].frame.group_by("day", maintain_order=True).agg(ordered_sum("value")).sort("day")
    befell = incidents.read(marked.rows(asked, "incidents"))
    counted = recounted.read(marked.rows(asked, "recounted"))
    flagged = [each for each in columns if each.flag != "ok"]
    of = _whose(answer)
    return Figure(
        question=QUESTION,
        title=facts.title or f"{TITLE}{of}",
        subtitle=f"Downloads a day since the night before, and settled, {answer.denominator or 'all models'}{of}",
        note=" ".join(
            [
                *_notes(columns, flagged, asked["settled"].frame, facts),
                *incidents.sentence(befell),
                *recounted.sentence(counted),
            ]
        ),
        alt=_alt(columns, flagged, days),
        plot=_plot(columns, days, befell, counted),
        data=_data(columns, days),
        units={"told": "downloads a day", "settled": "downloads"},
        has_finding=False,
    )


def _whose(answer: Asked) -> str:
    only = answer.parameters.get("only") or ()
    return f": {', '.join(only)}" if only else ""


def _columns(frame: pl.DataFrame) -> list[Column]:
    """Return a column a night: its flag is the worst of the groups that have a tenth of the downloads."""
    group = frame.columns[1]
    sums = frame.group_by(group, maintain_order=True).agg(ordered_sum("value").cast(pl.Float64))
    large = sums.filter(pl.col("value") >= NOTED * ordered_sum("value"))[group].implode()
    place = pl.col("flag").replace_strict({flag: at for at, flag in enumerate(FLAGS)}, default=0)
    flag = pl.col("flag").filter(pl.col(group).is_in(large)).sort_by(place.filter(pl.col(group).is_in(large))).last()
    nights = (
        frame.group_by("snapshot_date", maintain_order=True)
        .agg(pl.col("days").max(), ordered_sum("value"), flag)
        .sort("snapshot_date")
    )
    return [
        Column(night - timedelta(days=days), night - timedelta(days=1), float(value or 0) / days, flag or "ok")
        for night, days, value, flag in nights.iter_rows()
    ]


def _data(columns: list[Column], days: pl.DataFrame) -> pl.DataFrame:
    told = pl.DataFrame(
        [{"day": each.last, "days": each.days, "told": each.value, "flag": each.flag} for each in columns],
        {"day": pl.Date, "days": pl.Int64, "told": pl.Float64, "flag": pl.String},
    )
    return days.rename({"value": "settled"}).join(told, on="day", how="full", coalesce=True).sort("day")


def _plot(
    columns: list[Column], days: pl.DataFrame, befell: list[incidents.Incident], counted: Mapping[date, str]
) -> Plot:
    if days.height < FEWEST:
        return Sentence("Fewer than two days are known, and so no line yet.")
    line = {each: float(value) for each, value in days.iter_rows()}
    return Nights(columns, line, befell, sorted(counted))


def _notes(columns: list[Column], flagged: list[Column], settled: pl.DataFrame, facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic
    parts.append("A column is as wide as the days that its night speaks for: areas are downloads.")
    if flagged:
        kinds = {flag: sum(each.flag == flag for each in flagged) for flag in sorted({each.flag for each in flagged})}
        told = ", ".join(f"{flag} {count}" for flag, count in kinds.items())
        parts.append(f"Flagged are {len(flagged)} of {len(columns)} nights ({told}); hatched are all but gaps.")
    if left := float(settled["left_out"].sum()):
        parts.append(f"Left out of both: {short(left)}.")
    return parts


def _alt(columns: list[Column], flagged: list[Column], days: pl.DataFrame) -> str:
    if not columns or not days.height:
        return "No night follows another."
    last, value = days.row(-1)
    return (
        f"Columns and a line, {day(columns[0].first)} to {day(columns[-1].last)}: downloads a day as nights told them, "
        f"{len(flagged)} of {len(columns)} flagged, and settled. Last day: {short(value)} ({day(last)})."
    )
