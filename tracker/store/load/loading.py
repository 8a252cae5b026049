"""Load one landed run: keys, state, versions, parents, events and the record, in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from tracker.errors import StoreError
from tracker.landing import LandedRun, answered
from tracker.landing.parse.rows import rows_sql
from tracker.scope import Scope
from tracker.sql.connect import Connection, literal, rows, transaction, value
from tracker.store.base import data_folder, model_state, remarks, runs
from tracker.store.base.remarks import Remark
from tracker.store.lineage.candidates import forget_parents
from tracker.store.load import late, recording, succession
from tracker.store.load.advance import Confirmation, advance
from tracker.store.load.archived import backfilled
from tracker.store.load.declared import follow_parents
from tracker.store.load.events import note_events
from tracker.store.load.identity import identify
from tracker.store.record import rollup
from tracker.store.restated import causes, restating

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoadSummary:
    """What a load changed, counted in models. `how`: the kind of load, see `succession.Plan`."""

    models: int
    new: int
    gone: int
    returned: int
    renamed: int
    reparented: int
    how: succession.How


def load_run(
    connection: Connection,
    data_dir: Path,
    landed: LandedRun,
    confirmations: Sequence[Confirmation],
    noticed: Sequence[Remark] = (),
) -> LoadSummary:
    """Load a landed run and return what it changed. If it raises, nothing is changed.

    The newest night may be loaded any number of times: each load starts from the state before that night. An older
    night is recorded, and only corrects in the present state when its models were there.
    """
    manifest = landed.manifest
    _check(connection, landed)
    forget_parents(connection)
    with transaction(connection):
        restating.begin(connection, causes.of_night(connection, manifest), is_resolved=not rollup.is_owed(connection))
        data_folder.claim(connection, manifest)
        count, new, how = change_state(connection, manifest, _public(landed), confirmations)
        recording.record(connection, data_dir, manifest, how)
        recording.note_confirmations(connection, manifest.run_id, confirmations)
        runs.note(connection, manifest, "loaded", None, rows_loaded=count)
        remarks.note(connection, manifest.run_id, noticed)
        remarks.note_walk(connection, manifest.run_id, answered(landed))
    summary = _summary(connection, manifest.snapshot_date, count, new, how)
    log.info(
        "%s %s: loaded %s models (%s), %s new, %s gone, %s renamed, %s reparented",
        *(manifest.source, manifest.snapshot_date, f"{count:,}", how),
        *(f"{number:,}" for number in (summary.new, summary.gone, summary.renamed, summary.reparented)),
    )
    return summary


class Run(Protocol):
    """What a load needs to know of a run besides its rows."""

    @property
    def snapshot_date(self) -> date:
        """The UTC day of its numbers."""

    @property
    def source(self) -> str:
        """The name of its source."""

    @property
    def scope(self) -> str:
        """What it covers: full, top:N or publisher:NAME."""


def change_state(
    connection: Connection, run: Run, landed_sql: str, confirmations: Sequence[Confirmation]
) -> tuple[int, int, succession.How]:
    """Change the present state by the rows of a run; return the number of rows, of new models, and the kind of load.

    It creates the temporary view `landed` and the table `tonight`. Must run inside a transaction of the caller's.
    """
    chosen = plan(connection, run)
    connection.execute(f"create or replace temp view landed as {landed_sql}")
    count = identify(connection)
    connection.execute("delete from backfilled_models where model_key in (select model_key from tonight)")
    if chosen.base is not None:
        new = _advance(connection, run, chosen, confirmations)
    else:
        new = _note(connection, run, confirmations)
    return count, new, chosen.how


def plan(connection: Connection, run: Run) -> succession.Plan:
    """Return how a run is loaded, given the nights that are loaded already."""
    return succession.plan(connection, run.snapshot_date, run.source, Scope.parse(run.scope))


def missing(connection: Connection, landed: LandedRun, min_downloads: int) -> list[tuple[str, str]]:
    """Return hub_id and name of known models that a full run lacks, most downloaded first."""
    base = plan(connection, landed.manifest).base
    if base is None or not Scope.parse(landed.manifest.scope).is_full:
        return []
    found = rows(
        connection,
        f"""
        select b.hub_id, b.model_id
        from {base} as b
        where b.removed_at is null and b.downloads_30d >= $least and not exists (
          select 1 from ({_public(landed)}) as t join keys as k on k.hub_id = t.hub_id
          where k.model_key = b.model_key)
        order by b.downloads_30d desc, b.model_key
        """,
        {"least": min_downloads},
    )
    return [(hub_id, model_id) for hub_id, model_id in found]


def _public(landed: LandedRun) -> str:
    """Return the SQL of a night's rows without private repositories, marked as such or found to be private later.

    Runs of earlier versions may hold repositories that only their token could see.
    """
    day = literal(landed.manifest.snapshot_date)
    return f"""
      from {rows_sql(landed.parts)}
      where private is distinct from true and hub_id not in (select hub_id from private_models where found_on > {day})
    """


def _check(connection: Connection, landed: LandedRun) -> None:
    manifest = landed.manifest
    if not landed.parts:
        raise StoreError(f"{landed.folder} has no typed rows; collect the night again")
    data_folder.check(connection, manifest)
    newest = succession.newest_night(connection)
    if newest is None or manifest.snapshot_date >= newest:
        return
    taken = rows(
        connection,
        "select run_id from nights where snapshot_date = $day and source = $source and scope = $scope",
        {"day": manifest.snapshot_date, "source": manifest.source, "scope": manifest.scope},
    )
    if taken and taken[0][0] != manifest.run_id:
        raise StoreError(
            f"{manifest.snapshot_date} is recorded from the run {taken[0][0]} and nights up to {newest} follow it, "
            f"but the run {manifest.run_id} claims the same day; check the clock of this machine"
        )
    log.warning(
        "%s is older than the newest night %s: recorded, the present state stays as it is; "
        "check the clock of this machine if that is not meant",
        *(manifest.snapshot_date, newest),
    )


def _advance(connection: Connection, run: Run, chosen: succession.Plan, confirmations: Sequence[Confirmation]) -> int:
    """Make the new present state and return how many models it did not know before."""
    day, is_full = run.snapshot_date, Scope.parse(run.scope).is_full
    if chosen.how == "again":
        backfilled.remember_first_seen(connection)
        succession.take_back(connection, day)
    advance(connection, day, is_full=is_full, confirmations=confirmations)
    follow_parents(connection, day)
    note_events(connection, day, is_full=is_full)
    new: int = value(connection, "select count(*) from newcomers")
    if chosen.how == "again":
        backfilled.keep_first_seen(connection)
    model_state.change(connection, keep_before=chosen.how == "beside")
    return new


def _note(connection: Connection, run: Run, confirmations: Sequence[Confirmation]) -> int:
    """Apply a run that does not make the present state (see `late`); return how many of its models were unknown."""
    newest = succession.newest_night(connection) or run.snapshot_date
    is_full = Scope.parse(run.scope).is_full
    return late.note(connection, run.snapshot_date, newest, is_full=is_full, confirmations=confirmations)


def _summary(connection: Connection, day: date, count: int, new: int, how: succession.How) -> LoadSummary:
    counted = rows(
        connection, "select kind, count(*) from events where snapshot_date = $day group by kind", {"day": day}
    )
    kinds: dict[str, int] = dict(counted) if how not in ("record", "backfill") else {}
    changed = {kind: kinds.get(kind, 0) for kind in ("returned", "renamed", "reparented")}
    return LoadSummary(count, new, kinds.get("removed", 0), **changed, how=how)
