"""The history of runs, successful or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.landing import Manifest
from tracker.sql.connect import Connection, literal, rows


@dataclass(frozen=True)
class LandedRef:
    """A loaded run that a new one is measured against. `models_path` is None where its landing was pruned."""

    run_id: str
    snapshot_date: date
    scope: str
    models: int
    models_path: Path | None


def note(
    connection: Connection,
    manifest: Manifest,
    status: str,
    reason: str | None,
    *,
    rows_loaded: int | None = None,
) -> None:
    """Note a run, in the place of what was noted of it before."""
    connection.execute("delete from runs where run_id = $run_id", {"run_id": manifest.run_id})
    cells = (
        *(manifest.run_id, manifest.source, manifest.endpoint, manifest.scope, manifest.snapshot_date),
        *(manifest.started_at, manifest.finished_at, status, manifest.models, rows_loaded, manifest.quarantined),
        *(reason, manifest.pages, manifest.requests, manifest.rate_limited, manifest.synthetic),
    )
    connection.execute(f"insert into runs values ({', '.join(literal(cell) for cell in cells)})")


def is_noted(connection: Connection, manifest: Manifest) -> bool:
    """Return whether a run was noted as it ended; that it was cut off before, and went on, does not count."""
    ended = f"finished_at is not distinct from {literal(manifest.finished_at)}::timestamptz"
    return bool(rows(connection, f"select 1 from runs where run_id = $run_id and {ended}", {"run_id": manifest.run_id}))


def last_landed(connection: Connection, data_dir: Path, scope: str) -> LandedRef | None:
    """Return the newest loaded run of a scope, None where there is none."""
    found = rows(
        connection,
        """
        select source, run_id, snapshot_date, scope, rows_loaded
        from runs
        where scope = $scope and status in ('loaded', 'published')
        order by snapshot_date desc, started_at desc
        limit 1
        """,
        {"scope": scope},
    )
    if not found:
        return None
    source, run_id, snapshot_date, of_scope, models = found[0]
    path = data_dir / "landing" / source / snapshot_date.isoformat() / run_id / "models.parquet"
    return LandedRef(run_id, snapshot_date, of_scope, models, path if path.is_file() else None)
