"""What is remarked of a night that was loaded: by gates, and of how well it was walked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.landing import Answered
from tracker.sql.connect import Connection


@dataclass(frozen=True)
class Remark:
    """One gate that a night did not pass: a sentence with numbers. `forced`: it would have refused the night."""

    gate: str
    remark: str
    forced: bool


def replace(connection: Connection, run_id: str, judged: Mapping[str, Remark | None]) -> None:
    """Note what these gates remark now, nothing where they pass; other remarks of the run stay."""
    for gate, remark in judged.items():
        of_gate = {"run_id": run_id, "gate": gate}
        connection.execute("delete from night_remarks where run_id = $run_id and gate = $gate", of_gate)
        if remark is not None:
            _insert(connection, run_id, remark)


def note(connection: Connection, run_id: str, remarks: Sequence[Remark]) -> None:
    """Note what was remarked of a run, instead of what was noted of it before."""
    connection.execute("delete from night_remarks where run_id = $run_id", {"run_id": run_id})
    for each in remarks:
        _insert(connection, run_id, each)


def note_walk(connection: Connection, run_id: str, told: Answered) -> None:
    """Note how the pages of a run were answered, instead of what was noted of it before."""
    connection.execute("delete from night_quality where run_id = $run_id", {"run_id": run_id})
    cells = {
        "run_id": run_id,
        "skew": told.clock_skew_seconds,
        "stale": told.stale_pages,
        "stalest": told.stalest_seconds,
    }
    connection.execute("insert into night_quality values ($run_id, $skew, $stale, $stalest)", cells)


def _insert(connection: Connection, run_id: str, remark: Remark) -> None:
    cells = {"run_id": run_id, **vars(remark)}
    connection.execute("insert into night_remarks values ($run_id, $gate, $remark, $forced)", cells)
