"""Rows of signals, saved as a run of their source saves them: from recordings, or a few made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from tracker import sources, store
from tracker.landing import Manifest
from tracker.settings import Settings
from tracker.signals.collecting import abouts


def save(settings: Settings, source: str, day: date, **tables: pl.DataFrame) -> None:
    """Save frames as the tables of one run of a source on a day; columns that they lack are null."""
    about = sources.found().sources[source]
    started = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    manifest = Manifest(
        run_id=f"{started:%Y%m%dT%H%M%SZ}-{source}", source=source, endpoint=about.URL, scope="full", snapshot_date=day,
        started_at=started, finished_at=started, status="landed",
    )  # fmt: skip
    shapes: Mapping[str, Any] = {table.name: table.schema for table in about.TABLES}
    rows = {name: _whole(frame, shapes[name]) for name, frame in tables.items()}
    with store.open_work(settings) as work:
        work.tell_sources(abouts())
        work.save_source(manifest, rows)


def publish(settings: Settings) -> None:
    """Publish what is saved."""
    with store.open_work(settings) as work:
        work.publish()


def _whole(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    lacking = [pl.lit(None, type_).alias(name) for name, type_ in schema.items() if name not in frame.columns]
    return frame.with_columns(lacking).select(pl.col(name).cast(type_) for name, type_ in schema.items())
