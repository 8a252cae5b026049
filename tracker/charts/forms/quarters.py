"""Months as whole quarters: their shares and bounds together, and which of them are thin."""

from __future__ import annotations

import polars as pl

from tracker.charts.forms.months import last_whole
from tracker.charts.look.facts import Facts
from tracker.charts.look.sums import ordered_sum
from tracker.findings.chance import THIN


def summed(frame: pl.DataFrame, group: str, first: str, facts: Facts) -> pl.DataFrame:
    """Return rows of months as whole quarters: a quarter's share is that of its months together, bounds as well."""
    if frame.is_empty():
        return _quarterly(frame.with_columns(pl.lit("").alias("quarter")), group)
    number = (pl.col("month").str.slice(5, 2).cast(pl.Int64) + 2) // 3
    named = frame.with_columns(
        pl.format("{}-Q{}", pl.col("month").str.slice(0, 4), number).alias("quarter"),
        (pl.col("month").str.slice(0, 5) + (number * 3 - 2).cast(pl.String).str.zfill(2)).alias("opens"),
        (pl.col("month").str.slice(0, 5) + (number * 3).cast(pl.String).str.zfill(2)).alias("closes"),
    )
    whole = (pl.col("opens") >= first) & (pl.col("closes") <= last_whole(facts.snapshot_date))
    return _quarterly(named.filter(whole), group)


def _quarterly(frame: pl.DataFrame, group: str) -> pl.DataFrame:
    """Return rows of quarter and group; a month counts as much as it has derivatives."""
    months = frame.group_by("quarter", "month", maintain_order=True).agg(
        (pl.col("derivatives") / pl.col("share")).filter(pl.col("share") > 0).max().fill_null(0.0).alias("total"),
        (pl.col("high") - pl.col("low")).max().alias("loose"),
        pl.col("n").max(),
    )
    totals = months.group_by("quarter", maintain_order=True).agg(
        ordered_sum("total").alias("whole"),
        ordered_sum(pl.col("loose") * pl.col("total")).alias("loose"),
        pl.col("loose").is_not_null().all().alias("is_bounded"),
        ordered_sum("n"),
    )
    sized = frame.join(months.select("month", "total"), on="month", maintain_order="left")
    rows = sized.group_by("quarter", group, maintain_order=True).agg(
        ordered_sum("derivatives"), ordered_sum(pl.col("low") * pl.col("total")).alias("firm")
    )
    low = pl.when(pl.col("is_bounded")).then(pl.col("firm") / pl.col("whole"))
    return rows.join(totals, on="quarter").select(
        "quarter", group, "derivatives", (pl.col("derivatives") / pl.col("whole")).alias("share"), low.alias("low"),
        pl.min_horizontal(1.0, low + pl.col("loose") / pl.col("whole")).alias("high"), "n",
    )  # fmt: skip


def drawn(every: pl.DataFrame) -> tuple[list[str], list[str]]:
    """Return the quarters after the last thin one, and the thin ones."""
    sizes = dict(every.select("quarter", "n").iter_rows())
    thin = sorted(quarter for quarter, n in sizes.items() if n < THIN)
    return sorted(quarter for quarter in sizes if not thin or quarter > thin[-1]), thin


def spelt(quarter: str) -> str:
    """Return 2026-Q3 as people write it: Q3 2026."""
    year, _, name = quarter.partition("-")
    return f"{name} {year}"
