"""The Epoch Capabilities Index: one CSV file. Every update fits all models again, so its day is part of what it says.

One download was recorded; what a second one is like, with other scores for nearly all models, is known from a text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import polars as pl

from tracker.landing import LandedRun
from tracker.sources.contract import Column, Context, Gate, Rule, Table
from tracker.sources.epoch_eci import gates
from tracker.sources.reading import exact
from tracker.words import UseRights

TITLE = "Epoch Capabilities Index"
URL = "https://epoch.ai/data"
LICENCE = "CC BY 4.0"
ATTRIBUTION = "Epoch AI, 'Epoch Capabilities Index'. Published online at epoch.ai, licensed under CC BY 4.0"
USE_RIGHTS: UseRights = "rows"
CADENCE = timedelta(days=7)
NEEDS: str | None = None
TABLES = (
    Table(
        "index_scores",
        "one row per model and download",
        {
            "as_of": Column(pl.Date, "UTC day of the download; scores of two days are of two fits"),
            "model": Column(pl.String, "name at the source"),
            "display_name": Column(pl.String, "name for people"),
            "released_on": Column(pl.Date, "first release of any of its versions"),
            "score": Column(pl.Float64, "points; Claude 3.5 Sonnet has 130, GPT-5 has 150"),
            "low": Column(pl.Float64, "lower end of the 90 % interval; null for the two anchors"),
            "high": Column(pl.Float64, "upper end of it"),
            "organization": Column(pl.String, "who made it, several joined by commas; null where it is not told"),
            "country_raw": Column(pl.String, "countries of the organization in long words, several joined by commas"),
            "accessibility": Column(pl.String, "how it can be had: API access, Open weights (unrestricted), ..."),
            "accessibility_group": Column(pl.String, "Open weights, Closed weights or Other"),
            "model_versions": Column(pl.String, "versions that its row speaks for"),
        },
        key=("model",),
        whole=(),
    ),
)
GATES: Sequence[Gate | Rule] = gates.GATES

FILE = "eci_scores.csv"
HEADER = (
    *("Model", "Display name", "eci", "eci_ci_low", "eci_ci_high", "date", "Organization"),
    *("Country (of organization)", "Model accessibility", "Accessibility group", "model_versions"),
)


def collect(context: Context) -> LandedRun:
    """Fetch the one file."""
    return context.land({FILE: context.http.get(FILE)})


def parse(landed: LandedRun) -> Mapping[str, pl.DataFrame]:
    """Return its rows, of the day on which they were fetched."""
    rows = exact.table(landed.raw(FILE), HEADER, FILE)
    found = pl.DataFrame(
        {
            "model": rows["Model"],
            "display_name": rows["Display name"],
            "released_on": exact.days(rows, "date", FILE),
            "score": exact.numbers(rows, "eci", FILE),
            "low": exact.numbers(rows, "eci_ci_low", FILE),
            "high": exact.numbers(rows, "eci_ci_high", FILE),
            "organization": rows["Organization"],
            "country_raw": rows["Country (of organization)"],
            "accessibility": rows["Model accessibility"],
            "accessibility_group": rows["Accessibility group"],
            "model_versions": rows["model_versions"],
        }
    )
    schema = TABLES[0].schema
    as_of = pl.lit(landed.manifest.snapshot_date, pl.Date).alias("as_of")
    return {"index_scores": found.with_columns(as_of).select(schema.names()).cast(schema)}
