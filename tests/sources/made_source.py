"""A source as somebody would write it: one module, put into tracker/sources by the tests."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from tracker.errors import SourceRefused
from tracker.landing import LandedRun
from tracker.sources.contract import Column, Context, Gate, Table

TITLE = "Made scores"
URL = "http://127.0.0.1:9"
LICENCE = "CC BY 4.0"
ATTRIBUTION = "Makers, 'Made scores'"
USE_RIGHTS = "rows"
CADENCE = timedelta(days=1)
NEEDS = None
TABLES = (
    Table(
        "made_scores",
        "one row per model and vintage",
        {
            "model": Column(pl.String, "name at the source"),
            "score": Column(pl.Float64, "points, 0 to 100"),
            "tokens": Column(pl.Int64, "tokens of the day"),
        },
    ),
    Table(
        "made_days",
        "one row per day, model and vintage",
        {"day": Column(pl.Date, "UTC day"), "model": Column(pl.String, "name at the source")},
        key=("day", "model"),
    ),
)
GATES = (
    Gate("made_scores", "rows", "2026-10-03: the file was cut to its header", at_least=2),
    Gate("made_scores", "change", "2026-10-04: half the models were missing", at_least=0.8, at_most=3.0),
    Gate("made_scores", "most", "2026-10-05: scores came in per mille", "score", at_most=100.0),
    Gate("made_scores", "least", "2026-10-05: an unscored model came as -1", "score", at_least=0.0),
    Gate("made_scores", "filled", "2026-10-06: the column of tokens was empty", "tokens", at_least=0.5),
)


def collect(context: Context) -> LandedRun:
    """Fetch the one file."""
    return context.land({"scores.csv": context.http.get("scores.csv")})


def parse(landed: LandedRun) -> dict[str, pl.DataFrame]:
    """Return its rows, and the days that they are of."""
    frame = pl.read_csv(landed.raw("scores.csv"), schema_overrides={"day": pl.Date, "score": pl.Float64})
    if frame.columns != ["day", "model", "score", "tokens"]:
        raise SourceRefused(f"the header is {','.join(frame.columns)}")
    scores = frame.select("model", "score", pl.col("tokens").cast(pl.Int64))
    return {"made_scores": scores, "made_days": frame.select("day", "model").unique(maintain_order=True)}
