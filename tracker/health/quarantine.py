"""The records that the newest landed run could not read."""

from __future__ import annotations

import json

import polars as pl

from tracker import landing
from tracker.settings import Settings

SCHEMA = {"page": pl.Int64, "position": pl.Int64, "reason": pl.String, "raw": pl.String}


def quarantined(settings: Settings) -> pl.DataFrame:
    """Return the records that the newest landed run could not read: page, position, reason, raw text."""
    landed = [run for run in landing.runs(settings.data_dir) if run.quarantine_path.exists()]
    if not landed:
        return pl.DataFrame(schema=SCHEMA)
    with landed[-1].quarantine_path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return pl.DataFrame([{name: row.get(name) for name in SCHEMA} for row in rows], schema=SCHEMA)
