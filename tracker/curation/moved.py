"""What a change of the registry moves: shares of new derivatives before and after, by what real models declare."""

from __future__ import annotations

import polars as pl

from tracker.curation.declared import Declared
from tracker.lineage import choose, resolve
from tracker.registry import Registry

ALL = "all"  # stands where a month would, for all months together
GROUPS = ("family", "origin_country")


def moved(declared: Declared, old: Registry, new: Registry, *, least: float = 0.1) -> pl.DataFrame:
    """Return one row per group and month whose share of the new derivatives moves, those that move most first.

    Columns: `by` (family or origin_country), `name`, `month` (YYYY-MM, or `all`, which come first), `derivatives`
    (all of that month), `before` and `after` (shares, 0 to 1) and `points` (their difference in percentage points, at
    least `least` either way). A derivative is a model that declares another as its parent; its credit is shared between
    its roots, as the definition `default` has it. One whose day of creation is not known counts in `all` alone.
    """
    months = _months(declared)
    before, after = (_credits(declared, months, book) for book in (old, new))
    total = _by_month(months.drop("model")).group_by("month").agg(pl.len().alias("derivatives"))
    both = before.join(after, on=("by", "name", "month"), how="full", coalesce=True, suffix="_after").join(
        total, on="month"
    )
    shares = both.select(
        "by",
        "name",
        "month",
        "derivatives",
        before=pl.col("credit").fill_null(0) / pl.col("derivatives"),
        after=pl.col("credit_after").fill_null(0) / pl.col("derivatives"),
    ).with_columns(points=(100 * (pl.col("after") - pl.col("before"))).round(6))
    order = (pl.col("month") != ALL, -pl.col("points").abs(), "by", "name", "month")
    return shares.filter(pl.col("points").abs() >= least).sort(*order)


def _months(declared: Declared) -> pl.DataFrame:
    """Return `model` and `month` (null: not known) of the derivatives."""
    candidates = declared.candidates
    others = candidates.derivative[candidates.derivative != candidates.parent]
    model = pl.Series("model", others, dtype=pl.Int32).unique().sort()
    created = pl.Series(candidates.created_at, dtype=pl.Int64).gather(model)
    day = pl.from_epoch(pl.Series("month", created), time_unit="s")
    return pl.DataFrame([model, day.dt.strftime("%Y-%m")]).with_columns(
        month=pl.when(pl.Series(created >= 0)).then("month")
    )


def _by_month(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows of known months, and all of them once more under `all`."""
    return pl.concat([rows.drop_nulls("month"), rows.with_columns(month=pl.lit(ALL))])


def _credits(declared: Declared, months: pl.DataFrame, registry: Registry) -> pl.DataFrame:
    """Return `by`, `name`, `month` and `credit` (in models) of the derivatives, as a registry sees their roots."""
    resolved = resolve(choose(declared.candidates, registry))
    answers = registry.answers()
    line = registry.whose_weights(resolved.line)[resolved.root].tolist()
    rows = pl.DataFrame(
        {
            "model": pl.Series(resolved.model, dtype=pl.Int32),
            "credit": pl.Series(resolved.credit, dtype=pl.Int64),  # whole numbers: in any order the same sum
            "family": [answers[code][0] for code in line],
            "origin_country": [answers[code][3] for code in line],
        }
    ).join(months, on="model")
    return pl.concat(
        _by_month(rows.select("month", "credit", pl.lit(by).alias("by"), pl.col(by).alias("name")))
        .group_by("by", "name", "month")
        .agg(pl.col("credit").sum() / 1e9)
        for by in GROUPS
    )
