"""What a data folder says: its tables, `share`, `status`, and the runs that it tells of."""

from __future__ import annotations

from datetime import date
from typing import Any

from tracker import answers, health, store
from tracker.registry import definitions
from tracker.settings import Settings

TABLES = {
    "models": "select hub_id, model_id, first_seen, last_seen, removed_at from models order by all",
    "nights": "select snapshot_date, run_id, scope, models, downloads_30d from nights order by all",
    "snapshots": "select snapshot_date, scope, model_id, downloads_30d, likes from snapshots order by all",
    "remarks": "select snapshot_date, scope, gate from night_remarks order by all",
}


def tables(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of tables that readers see."""
    with store.open_published(settings.data_dir, memory_limit="500MB") as published:
        return {name: published.query(sql).rows() for name, sql in TABLES.items()}


def share(settings: Settings) -> tuple[date, dict[tuple[str, str], tuple[float, float]]]:
    """Return the last day that is counted, and derivatives and share by month and family."""
    with store.open_published(settings.data_dir, memory_limit="500MB") as published:
        default = definitions.find(published.definitions(), "default")
        rows = answers.share(published, default, first=date(2026, 1, 1)).as_json()["rows"]
        until = published.facts().snapshot_date
    return until, {(row["month"], row["family"]): (row["derivatives"], row["share"]) for row in rows}


def status(settings: Settings) -> dict[str, str]:
    """Return the lines of `tracker status`."""
    return dict(health.state(settings).iter_rows())


def runs(settings: Settings) -> list[tuple[str, str]]:
    """Return the runs of `tracker status --runs` and how each ended, newest first."""
    return health.runs(settings).select("run_id", "status").rows()
