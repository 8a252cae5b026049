"""Sums of a group that are the same bits each time."""

from __future__ import annotations

import polars as pl


def ordered_sum(values: str | pl.Expr) -> pl.Expr:
    """Return the sum of a column or an expression within a group, its values added in their own order.

    polars adds the parts of a group as its threads bring them, and what fractions add up to depends on that order: of
    a thousand sums some four differ in their last bits, and a copy's page would not be the same bytes twice.
    """
    column = pl.col(values) if isinstance(values, str) else values
    return column.sort().sum()
