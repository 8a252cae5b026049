"""Write a loaded night into the record: its counters, its descriptions, and its row of `nights`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tracker.landing import Manifest
from tracker.sql.connect import Connection, literal, rows
from tracker.store.base import runs
from tracker.store.load import succession
from tracker.store.load.advance import Confirmation
from tracker.store.record import archive, descriptions
from tracker.store.record.night_hash import night_hash

_SAME_NIGHT = "snapshot_date = $snapshot_date and source = $source and scope = $scope"


def record(connection: Connection, data_dir: Path, manifest: Manifest, how: succession.How) -> None:
    """Write `landed` and `tonight` into the record; files that they replace stay while a copy names them.

    A run that replaces another of its day, source and scope takes over that one's place in the order of loading.
    """
    night: dict[str, Any] = {
        "snapshot_date": manifest.snapshot_date,
        "source": manifest.source,
        "scope": manifest.scope,
    }
    written = archive.write_night(connection, data_dir, run_id=manifest.run_id, **night)
    cells: dict[str, Any] = {
        **night,
        **vars(written),
        "run_id": manifest.run_id,
        "is_preferred": False,
        "rows_sha256": night_hash(connection, "landed"),
        "hashed_of": "landed",
    }
    replaced = _replaced(connection, night)
    places = _places(connection, replaced, how)
    again = replaced is not None and places["reloaded"] != replaced["reloaded"]
    cells |= {**places, **_described(connection, data_dir, cells, replaced, again=again)}
    connection.execute(f"delete from nights where {_SAME_NIGHT}", night)
    _insert(connection, cells)
    succession.prefer(connection, manifest.snapshot_date)
    if not _is_same(cells, replaced, "sha256"):  # an unchanged night keeps its rollup, with the lineage of its day
        connection.execute("delete from rollup_nights where snapshot_date = $day", {"day": manifest.snapshot_date})


def record_archived(
    connection: Connection, data_dir: Path, manifest: Manifest, tonight: str, said: Mapping[str, Any]
) -> int:
    """Write an archive's night into the record, last in the order of loading; return its number of models.

    `tonight`: a table of its models and counters. `said`: the other columns of its row. Call `settle_preferred` after.
    """
    night: dict[str, Any] = {
        "snapshot_date": manifest.snapshot_date,
        "source": manifest.source,
        "scope": manifest.scope,
    }
    written = archive.write_night(connection, data_dir, run_id=manifest.run_id, tonight=tonight, **night)
    place = {"loaded": runs.newest_place(connection) + 1, "reloaded": None}
    _insert(connection, {**night, **vars(written), "run_id": manifest.run_id, "is_preferred": False, **place, **said})
    return written.models


def settle_preferred(connection: Connection, days: Sequence[date]) -> None:
    """Mark the runs that `snapshots` shows for these days. A day keeps its rollup if its preferred run is the same."""
    for day in days:
        succession.prefer(connection, day)
    connection.execute(
        """
        delete from rollup_nights
        where snapshot_date in (select unnest($days::date[]))
          and run_id not in (select run_id from nights where is_preferred)
        """,
        {"days": list(days)},
    )


def _insert(connection: Connection, cells: Mapping[str, Any]) -> None:
    names = ", ".join(cells)
    connection.execute(f"insert into nights ({names}) values ({', '.join(f'${name}' for name in cells)})", cells)


def _replaced(connection: Connection, night: Mapping[str, Any]) -> Mapping[str, Any] | None:
    columns = ("run_id", "sha256", "rows_sha256", "loaded", "reloaded", *descriptions.NAMED)
    found = rows(connection, f"select {', '.join(columns)} from nights where {_SAME_NIGHT}", night)
    return dict(zip(columns, found[0], strict=True)) if found else None


def _is_same(cells: Mapping[str, Any], replaced: Mapping[str, Any] | None, by: str) -> bool:
    return replaced is not None and (replaced["run_id"], replaced[by]) == (cells["run_id"], cells[by])


def _places(connection: Connection, replaced: Mapping[str, Any] | None, how: succession.How) -> dict[str, int | None]:
    """Return a run's place in the order of loading, and a second one if it changes the state again after others."""
    newest = runs.newest_place(connection)
    if replaced is None:
        return {"loaded": newest + 1, "reloaded": None}
    changes_again = how not in ("record", "backfill") and newest > (replaced["reloaded"] or replaced["loaded"])
    return {"loaded": replaced["loaded"], "reloaded": newest + 1 if changes_again else replaced["reloaded"]}


def _described(
    connection: Connection, data_dir: Path, cells: Mapping[str, Any], replaced: Mapping[str, Any] | None, *, again: bool
) -> Mapping[str, Any]:
    """Write the night's descriptions; return the columns of `nights` that name the file.

    `again`: the night got a second place in the order of loading, so its file must describe all of its models.
    """
    if replaced and _is_same(cells, replaced, "rows_sha256") and not again:
        return {name: replaced[name] for name in descriptions.NAMED}
    followed = replaced is not None and replaced["loaded"] < runs.newest_place(connection)
    if replaced and replaced["described_file"]:
        descriptions.hand_on(connection, data_dir, replaced["described_file"], replaced["loaded"])
    if followed:  # `described` is of a later run, so this file describes all models, and so does the next run's
        descriptions.know_nothing(connection)
    written = descriptions.write(connection, data_dir, cells["run_id"], cells["snapshot_date"])
    if followed:
        descriptions.know_nothing(connection)
    return written


def note_confirmations(connection: Connection, run_id: str, confirmations: Sequence[Confirmation]) -> None:
    """Store the Hub's answers about models that a run lacks."""
    connection.execute("delete from confirmations where run_id = $run_id", {"run_id": run_id})
    if confirmations:
        cells = ((run_id, c.hub_id, c.outcome, c.now) for c in confirmations)
        found = ", ".join(f"({', '.join(map(literal, each))})" for each in cells)
        connection.execute(f"insert into confirmations values {found}")
