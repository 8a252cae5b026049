"""Days on an axis of time: incidents of their counters, changes of what is counted, what nights told of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from tracker.charts.look.facts import Asked, Facts


def about(days: pl.Series, facts: Facts) -> dict[str, dict[str, Any]]:
    """Return the questions about the days of a series: what befell them, when something else began to be counted."""
    held: list[date] = days.sort().to_list()
    if not held:
        return {}
    period = {"first": held[0], "until": held[-1]}
    return {
        "incidents": {"measure": "incidents", **period, "scope": facts.scope},
        "recounted": {"measure": "recounted", **period},
    }


def rows(asked: Mapping[str, Asked], name: str) -> pl.DataFrame | None:
    """Return the rows of one of them, None where it was not asked."""
    return asked[name].frame if name in asked else None
