"""Every run that was tried, published or not: what the copy says of runs, and the manifests of those it knows not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from tracker import disk, landing, lock, store
from tracker.errors import NothingPublished
from tracker.landing import Manifest, outcome
from tracker.settings import Settings

HUB = "hub_models"

_TIME = pl.Datetime("us", "UTC")
SCHEMA: Mapping[str, Any] = {
    **dict.fromkeys(("run_id", "source", "endpoint", "scope"), pl.String),
    "snapshot_date": pl.Date,
    **dict.fromkeys(("started_at", "finished_at"), _TIME),
    "status": pl.String,
    **dict.fromkeys(("rows_landed", "rows_loaded", "rows_quarantined"), pl.Int64),
    "reason": pl.String,
    **dict.fromkeys(("pages", "requests", "rate_limited"), pl.Int64),
    "synthetic": pl.Boolean,
}  # as `runs` is published


def attempts(settings: Settings) -> pl.DataFrame:
    """Return every run as a row of `runs`, newest first, refused, failed and interrupted ones included."""
    known = _published(settings)
    ended = dict(known.select("run_id", "finished_at").iter_rows())
    fresh = [
        _row(outcome.as_it_stands(run, is_alive=held))
        for name, held in _landed_sources(settings)
        for run in landing.runs(settings.data_dir, name)
        if run.manifest.run_id not in ended or run.manifest.finished_at != ended[run.manifest.run_id]
    ]
    new = pl.DataFrame(fresh, schema=SCHEMA, orient="row")
    rest = known.join(new, on="run_id", how="anti")
    return pl.concat([rest, new]).sort("started_at", "run_id", descending=True)


def _published(settings: Settings) -> pl.DataFrame:
    """Return the runs that the published copy shows; none where nothing is published."""
    try:
        with store.open_published(settings.data_dir) as published:
            return published.query("from runs").select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
    except NothingPublished:
        return pl.DataFrame(schema=SCHEMA)


def _landed_sources(settings: Settings) -> Iterable[tuple[str, bool]]:
    """Yield each source that has landings, and whether a run is at work on it."""
    with disk.explained(f"cannot read {settings.data_dir / 'landing'}"):
        folders = [each for each in disk.matching(settings.data_dir, "landing/*") if each.is_dir()]
    for folder in folders:
        yield folder.name, lock.is_held(settings.data_dir if folder.name == HUB else folder)


def _row(manifest: Manifest) -> tuple[Any, ...]:
    return (
        *(manifest.run_id, manifest.source, manifest.endpoint, manifest.scope, manifest.snapshot_date),
        *(manifest.started_at, manifest.finished_at, manifest.status),
        *(manifest.models or manifest.rows, None, manifest.quarantined, manifest.reason),
        *(manifest.pages, manifest.requests, manifest.rate_limited, manifest.synthetic),
    )
