"""Rows as series: countries summed up by origin, one group as a line, where a line passes another.

Thin months have no point, and in a month without the group it counts none.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tracker.charts.forms.lines import Line
from tracker.charts.forms.months import Months
from tracker.charts.look import colors
from tracker.charts.look.facts import Facts
from tracker.charts.look.numbers import between, percent
from tracker.charts.look.sums import ordered_sum

# what flags say, the least first
FLAGS = (
    "ok", "window-only", "new", "spike", "retroactive", "spread", "gap", "partial", "catch-up", "recovery", "stall",
    "fall", "unsettled",
)  # fmt: skip
_SAYS = {flag: at for at, flag in enumerate(FLAGS)}

Known = Mapping[str, float | None]


def by_origin(frame: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """Return rows of countries summed up by origin, bounds with them: what is untraced could be any of them."""
    origin = pl.col("origin_country").map_elements(
        lambda code: colors.group_of(code, facts.europe), return_dtype=pl.String, skip_nulls=False
    )
    loose = (pl.col("high") - pl.col("low")).max()
    return (
        frame.with_columns(origin.alias("group"))
        .group_by("month", "group", maintain_order=True)
        .agg(
            ordered_sum("derivatives"),
            ordered_sum("share"),
            pl.when(pl.col("low").is_not_null().all()).then(ordered_sum("low")).alias("low"),
            pl.when(pl.col("low").is_not_null().all())
            .then(pl.min_horizontal(1.0, ordered_sum("low") + loose))
            .alias("high"),
            pl.col("n").max(),
        )
        .sort("month", pl.col("group").replace_strict({each: at for at, each in enumerate(colors.GROUPS)}))
    )


def of_days(frame: pl.DataFrame, facts: Facts, *sums: str) -> pl.DataFrame:
    """Return rows of a day, `group` and sums: the second column renamed, countries summed up by origin.

    A `flag` among the columns is the one that says most of what is summed up.
    """
    time, group = frame.columns[:2]
    if group == "origin_country":
        origin = pl.col(group).map_elements(
            lambda code: colors.group_of(code, facts.europe), return_dtype=pl.String, skip_nulls=False
        )
        frame = frame.with_columns(origin.alias("group"))
    else:
        frame = frame.rename({group: "group"})
    flags = [pl.col("flag").sort_by(pl.col("flag").replace_strict(_SAYS, default=0)).last()] * ("flag" in frame.columns)
    summed = frame.group_by(time, "group", maintain_order=True).agg(*(ordered_sum(each) for each in sums), *flags)
    if group != "origin_country":
        return summed
    return summed.sort(time, pl.col("group").replace_strict({each: at for at, each in enumerate(colors.GROUPS)}))


def share_line(frame: pl.DataFrame, group: str, name: str, hue: tuple[str, str], held: Months) -> Line:
    """Return the line of rows of `month`, the group, `share`, `low`, `high`; its value is that of the last month."""
    rows = {row["month"]: row for row in frame.filter(pl.col(group) == name).iter_rows(named=True)}
    # a month without the group: what is untraced could still be it
    loose = dict(frame.group_by("month", maintain_order=True).agg((pl.col("high") - pl.col("low")).max()).iter_rows())
    known: dict[str, Known] = {month: rows.get(month) or _none(loose.get(month)) for month in held.every}

    def column(key: str) -> list[float | None]:
        return [known[month][key] if month in held.drawn else None for month in held.every]

    last = known.get(held.last) or _none(None)
    low, high = last["low"], last["high"]
    bounds = "" if low is None or high is None else between(low, high)
    return Line(name, *hue, column("share"), column("low"), column("high"), percent(last["share"] or 0), bounds)


def met(one: Line, other: Line, at: int) -> tuple[float, float]:
    """Return the position and the value where one line passes another between the points before and at an index."""
    before = (one.values[at - 1] or 0) - (other.values[at - 1] or 0)
    after = (one.values[at] or 0) - (other.values[at] or 0)
    part = min(max(-before / ((after - before) or 1), 0.0), 1.0)
    start = one.values[at - 1] or 0
    return at - 1 + part, start + part * ((one.values[at] or 0) - start)


def _none(loose: float | None) -> Known:
    return {"share": 0.0, "low": None if loose is None else 0.0, "high": loose}
