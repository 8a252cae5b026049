"""Tokens by model and day on OpenRouter: the data set `rankings-daily` as it exports it, and the catalogue of slugs.

An export holds the last thirty days, the fifty models with most tokens of each, and the rest as one row. It is asked
for by its day, once `latest.manifest.json` has named it with its hash, so that no file is read while it is replaced.
Days that lie between the newest one held and the export are taken from earlier exports, and with OPENROUTER_API_KEY
from the keyed address, which reaches back to 2025-01-01. Answers of both were recorded; a whole export file was not,
its form is known from its manifest and single rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import polars as pl

from tracker.landing import LandedRun
from tracker.sources.contract import Column, Context, Gate, Rule, Table
from tracker.sources.openrouter import catalogue, export, gates, keyed
from tracker.words import UseRights

TITLE = "OpenRouter, tokens by model and day"
URL = "https://openrouter.ai/api/v1"
LICENCE = "CC BY 4.0; not to be served on as a competing free API"
ATTRIBUTION = "Source: OpenRouter (openrouter.ai/rankings), licensed under CC BY 4.0"
USE_RIGHTS: UseRights = "aggregates"
CADENCE = timedelta(days=1)
NEEDS: str | None = None
MAY_USE: str | None = "OPENROUTER_API_KEY"
TABLES = (
    Table(
        "token_days",
        "one row per day and slug",
        {
            "day": Column(pl.Date, "UTC day on which the tokens were used"),
            "slug": Column(
                pl.String, "model by its permanent name, author/model-YYYYMMDD:variant; 'other': all that are not named"
            ),
            "rank": Column(pl.Int64, "place of the day by tokens, 1 to 50; null for 'other'"),
            "tokens": Column(pl.Int64, "prompt and completion tokens of the day, as each provider's tokenizer counts"),
            "share": Column(pl.Float64, "of the day's tokens, 'other' included"),
            "via": Column(pl.String, "export, or api: the keyed history"),
            "as_of": Column(pl.Datetime("us", "UTC"), "when the source made what this was read from"),
        },
        key=("day", "slug"),
        whole=("day",),
    ),
    Table(
        "token_catalogue",
        "one row per model that the catalogue has listed",
        {
            "listed_id": Column(pl.String, "its id in the catalogue, author/model:variant"),
            "slug": Column(pl.String, "its permanent name, without a variant"),
            "hub_model_id": Column(pl.String, "repository of its weights on the Hub; null where none is given"),
            "name": Column(pl.String, "name for people"),
            "listed_at": Column(pl.Datetime("us", "UTC"), "when it was put into the catalogue"),
        },
        key=("listed_id",),
    ),
)
GATES: Sequence[Gate | Rule] = gates.GATES


def collect(context: Context) -> LandedRun:
    """Land the newest export, what earlier days lack, and the catalogue."""
    newest = export.newest(context)
    answers = {**newest.files, **export.missing(context, newest), **keyed.missing(context, newest.first)}
    return context.land({**answers, **catalogue.files(context)})


def parse(landed: LandedRun) -> Mapping[str, pl.DataFrame]:
    """Return tokens by day, each from the newest answer that tells of it, and the catalogue."""
    told = [*export.tables(landed), *keyed.tables(landed)]
    schema = TABLES[0].schema
    days = pl.concat([frame.select(schema.names()).cast(schema) for frame in told])
    newest = days.filter(pl.col("as_of") == pl.col("as_of").max().over("day"))
    return {
        "token_days": newest.sort("day", "rank", nulls_last=True),
        "token_catalogue": catalogue.table(landed, TABLES[1].schema),
    }
