"""The records that the newest landed run could not read."""

from __future__ import annotations

import json

import polars as pl

from tracker import disk, landing
from tracker.settings import Settings

SCHEMA = {"page": pl.Int64, "position": pl.Int64, "reason": pl.String, "raw": pl.String}


def quarantined(settings: Settings) -> pl.DataFrame:
    """Return the records that the newest landed run could not read: page, position, reason, raw text."""
    runs = landing.runs(settings.data_dir)
    with disk.explained("cannot read the records that were set aside"):
        landed = [run for run in runs if disk.has_file(run.quarantine_path)]
        lines = disk.read_text(landed[-1].quarantine_path).splitlines() if landed else []
    rows = [json.loads(line) for line in lines]
    return pl.DataFrame([{name: row.get(name) for name in SCHEMA} for row in rows], schema=SCHEMA)
