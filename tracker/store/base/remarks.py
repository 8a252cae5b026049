"""What gates remarked of a night that was loaded all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.sql.connect import Connection


@dataclass(frozen=True)
class Remark:
    """One gate that a night did not pass: a sentence with numbers. `forced`: it would have refused the night."""

    gate: str
    remark: str
    forced: bool


def note(connection: Connection, run_id: str, remarks: Sequence[Remark]) -> None:
    """Note what was remarked of a run, in the place of what was noted of it before."""
    connection.execute("delete from night_remarks where run_id = $run_id", {"run_id": run_id})
    for each in remarks:
        connection.execute(
            "insert into night_remarks values ($run_id, $gate, $remark, $forced)", {"run_id": run_id, **vars(each)}
        )
