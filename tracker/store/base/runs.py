"""The history of runs, successful or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tracker.landing import Manifest, manifest, parts_of
from tracker.sql.connect import Connection, literal, rows, value
from tracker.store.base.data_folder import OWN_SOURCE
from tracker.words import RunStatus


@dataclass(frozen=True)
class LandedRef:
    """A loaded run that a new one is measured against. `folder` is None where its landing was pruned."""

    run_id: str
    snapshot_date: date
    scope: str
    models: int
    folder: Path | None


def note(
    connection: Connection,
    manifest: Manifest,
    status: RunStatus,
    reason: str | None,
    *,
    rows_loaded: int | None = None,
) -> None:
    """Note a run, instead of what was noted of it before."""
    connection.execute("delete from runs where run_id = $run_id", {"run_id": manifest.run_id})
    landed = manifest.models or manifest.rows
    cells = (
        *(manifest.run_id, manifest.source, manifest.endpoint, manifest.scope, manifest.snapshot_date),
        *(
            manifest.started_at,
            manifest.finished_at,
            status,
            landed,
            rows_loaded,
            manifest.quarantined,
        ),
        *(reason, manifest.pages, manifest.requests, manifest.rate_limited, manifest.synthetic),
    )
    connection.execute(f"insert into runs values ({', '.join(literal(cell) for cell in cells)})")


def note_change(
    connection: Connection, source: str, night: tuple[date, str], endpoint: str, started_at: datetime, reason: str
) -> str:
    """Note a change of the record that no source has brought, as a run about a night of its own; return its id."""
    day, scope = night
    told = Manifest(
        run_id=manifest.run_id(started_at, f"{source} {day} {scope} {started_at}".encode()),
        source=source,
        endpoint=endpoint,
        scope=scope,
        snapshot_date=day,
        started_at=started_at,
        finished_at=datetime.now(UTC),
        status="landed",
    )
    note(connection, told, "loaded", reason)
    return told.run_id


def settle_night(connection: Connection, night: Mapping[str, Any], cells: Mapping[str, Any]) -> None:
    """Write cells into the row of `nights` that `night` names."""
    settled = ", ".join(f"{name} = ${name}" for name in cells)
    chosen = " and ".join(f"{name} = ${name}" for name in night)
    connection.execute(f"update nights set {settled} where {chosen}", {**cells, **night})


def newest_place(connection: Connection) -> int:
    """Return the place of the last load in the order of loading; 0 where nothing is loaded."""
    place: int = value(connection, "select coalesce(max(greatest(loaded, coalesce(reloaded, 0))), 0) from nights")
    return place


def refuse(connection: Connection, run_id: str, reason: str) -> None:
    """Note that a run which was loaded is so no longer: its night is owed again."""
    connection.execute(
        "update runs set status = 'refused', rows_loaded = null, reason = $reason where run_id = $run_id",
        {"run_id": run_id, "reason": reason},
    )


def of_night(connection: Connection, day: date, source: str) -> list[str]:
    """Return the runs that are noted as a source's night, those included that a later run of it has replaced."""
    sql = """
        select run_id from runs
        where snapshot_date = $day and source = $source and status in ('loaded', 'published')
        order by run_id
    """
    return [run_id for (run_id,) in rows(connection, sql, {"day": day, "source": source})]


def is_noted(connection: Connection, manifest: Manifest) -> bool:
    """Return whether a run was noted as it ended; that it was cut off before, and went on, does not count."""
    ended = f"finished_at is not distinct from {literal(manifest.finished_at)}::timestamptz"
    return bool(rows(connection, f"select 1 from runs where run_id = $run_id and {ended}", {"run_id": manifest.run_id}))


def is_a_night(connection: Connection, manifest: Manifest) -> bool:
    """Return whether a run is recorded as a night: it was loaded before, and is there still."""
    return bool(rows(connection, "select 1 from nights where run_id = $run_id", {"run_id": manifest.run_id}))


def night_before(connection: Connection, data_dir: Path, manifest: Manifest) -> LandedRef | None:
    """Return the loaded run of the newest night before a run's, of the same source and scope; None for the first.

    Later nights and the day's own earlier runs are no measure: what follows from a night says nothing about it.
    """
    found = rows(
        connection,
        """
        select run_id, snapshot_date, rows_loaded
        from runs
        where source = $source and scope = $scope and snapshot_date < $day and status in ('loaded', 'published')
        order by snapshot_date desc, started_at desc, run_id desc
        limit 1
        """,
        {"source": manifest.source, "scope": manifest.scope, "day": manifest.snapshot_date},
    )
    if not found:
        return None
    run_id, snapshot_date, models = found[0]
    folder = data_dir / "landing" / manifest.source / snapshot_date.isoformat() / run_id
    return LandedRef(run_id, snapshot_date, manifest.scope, models, folder if parts_of(folder) else None)


def newest_nights(connection: Connection) -> list[dict[str, Any]]:
    """Return the Hub's newest loaded night of each scope, the newest of all first."""
    found = rows(
        connection,
        """
        select n.run_id, n.snapshot_date::varchar, n.scope, epoch_us(r.finished_at), n.models
        from (
          select *, row_number() over (partition by scope order by snapshot_date desc) as nth
          from nights
          where source = $source
        ) as n
        left join runs as r on r.run_id = n.run_id
        where n.nth = 1
        order by n.snapshot_date desc, n.is_preferred desc, n.scope
        """,
        {"source": OWN_SOURCE},
    )
    return [
        {
            "run_id": run_id,
            "snapshot_date": day,
            "scope": scope,
            "finished_at": None if ended is None else datetime.fromtimestamp(ended / 1e6, UTC).isoformat(),
            "models": models,
        }
        for run_id, day, scope, ended, models in found
    ]
