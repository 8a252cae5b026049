"""How well each night was walked, as far as its landed pages told when it was loaded, and who is absent from it."""

from __future__ import annotations

from pathlib import Path

from tracker.landing import Answered, Manifest
from tracker.sql.connect import Connection, parquet, rows, value

_BEFORE = """
select run_id, file
from nights
where source = $source and scope = $scope and snapshot_date < $day
order by snapshot_date desc
limit 1
"""


def note(connection: Connection, data_dir: Path, manifest: Manifest, told: Answered) -> None:
    """Note how the pages of a run were answered, in the place of what was noted of it before, and who is absent.

    `tonight` must hold its models. Which night they are compared with is noted as well: one that is loaded late, or
    forgotten, makes another the one before.
    """
    before = rows(
        connection, _BEFORE, {"source": manifest.source, "scope": manifest.scope, "day": manifest.snapshot_date}
    )
    cells = {
        "run_id": manifest.run_id,
        "skew": told.clock_skew_seconds,
        "stale": told.stale_pages,
        "stalest": told.stalest_seconds,
        "absent": _absent(connection, data_dir / before[0][1]) if before else None,
        "since": before[0][0] if before else None,
    }
    connection.execute("delete from night_quality where run_id = $run_id", {"run_id": manifest.run_id})
    connection.execute(
        "insert into night_quality values ($run_id, $skew, $stale, $stalest, $absent, $since)",
        cells,
    )


def _absent(connection: Connection, file: Path) -> int:
    """Return how many models of a night's file are not in tonight."""
    found: int = value(
        connection,
        f"select count(*) from {parquet(file)} as b where b.model_key not in (select model_key from tonight)",
    )
    return found
