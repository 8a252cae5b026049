"""How well each night was walked, as far as its landed pages told when it was loaded."""

from __future__ import annotations

from tracker.landing import Answered
from tracker.sql.connect import Connection


def note(connection: Connection, run_id: str, told: Answered) -> None:
    """Note how the pages of a run were answered, in the place of what was noted of it before."""
    connection.execute("delete from night_quality where run_id = $run_id", {"run_id": run_id})
    cells = {
        "run_id": run_id,
        "skew": told.clock_skew_seconds,
        "stale": told.stale_pages,
        "stalest": told.stalest_seconds,
    }
    connection.execute("insert into night_quality values ($run_id, $skew, $stale, $stalest)", cells)
