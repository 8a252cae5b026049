"""Load the runs of the record again into a state that was emptied, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.errors import StoreError
from tracker.landing import parts_of
from tracker.landing.parse.rows import rows_sql
from tracker.scope import Scope
from tracker.sql.connect import Connection, literal, rows, transaction, value
from tracker.store.anew.order import RecordedRun
from tracker.store.base import data_folder, model_state, touched
from tracker.store.lineage.candidates import forget_parents
from tracker.store.load import succession
from tracker.store.load.archived import backfilled
from tracker.store.load.loading import change_state
from tracker.store.record import descriptions

# what loading writes; keys stay, for the record counts on them
_STATE = (
    *(*model_state.TABLES, "tags", "model_versions", "edges", "edge_versions", "former_names", "events"),
    *("nights", "backfilled_models"),
)
# without the nights that go some models were not known yet, or removed before: the Hub had not been asked for them
_NEVER_ASKED = """
delete from confirmations where run_id = $run_id and hub_id not in (
  select hub_id from model_facts where removed_at is null or removed_at = $day)
"""
_ROLLUPS = ("rollup_nights", "daily_rollup", "daily_families")


@dataclass(frozen=True)
class Confirmed:
    """What asking the Hub for a missing model by name has shown when the night was loaded."""

    hub_id: str
    outcome: str
    now: str | None


def empty(connection: Connection, stale: Sequence[date]) -> None:
    """Empty the state of what was ever loaded, and forget the rollups of these days; the rest of them stays."""
    with transaction(connection):
        connection.execute("create temp table nights_were as from nights")
        for table in _STATE:
            connection.execute(f"delete from {table}")
        for table in _ROLLUPS:
            connection.execute(f"delete from {table} where snapshot_date in {_listed(stale)}")
        descriptions.begin(connection)


def lay(connection: Connection, data_dir: Path, run: RecordedRun) -> None:
    """Read what a run said beside its counters: from its file of descriptions, else from where it is still landed."""
    if run.described_file is not None:
        descriptions.lay_file(connection, data_dir, run.described_file)
        return
    parts = parts_of(data_dir / "landing" / run.source / run.snapshot_date.isoformat() / run.run_id)
    if not parts:
        raise StoreError(
            f"the night {run.snapshot_date} ({run.source}, {run.scope}) was loaded by an earlier version, which kept "
            "no descriptions, and its landed pages are gone: what follows it cannot be made anew; nothing was changed. "
            "A backup of before the night that is to go is the way back"
        )
    descriptions.lay(
        connection,
        f"(select k.model_key, l.* from {rows_sql(parts)} as l join keys as k on k.hub_id = l.hub_id)",
    )


def load(connection: Connection, data_dir: Path, run: RecordedRun, confirmed: Sequence[Confirmed]) -> None:
    """Load a run again whose words were laid. Raises StoreError where its files do not give all of its models."""
    forget_parents(connection)
    with transaction(connection):
        count = _change_state(connection, data_dir, run, confirmed)
        if count != run.models:
            raise StoreError(
                f"{run.file} holds {run.models:,} models, {count:,} of them are described; nothing was changed: "
                "`tracker doctor --record` says what is wrong"
            )
        connection.execute(_NEVER_ASKED, {"run_id": run.run_id, "day": run.snapshot_date})
        connection.execute("delete from nights where run_id = $run_id", {"run_id": run.run_id})
        connection.execute("insert into nights from nights_were where run_id = $run_id", {"run_id": run.run_id})
        succession.prefer(connection, run.snapshot_date)


def _change_state(connection: Connection, data_dir: Path, run: RecordedRun, confirmed: Sequence[Confirmed]) -> int:
    """Let a run change the state again; return how many models it has."""
    if run.source != data_folder.OWN_SOURCE:
        file = data_dir / run.file
        return backfilled.load_again(connection, file, run.source, run.run_id, run.snapshot_date)
    return change_state(connection, run, descriptions.landed_sql(data_dir, run.file), confirmed)[0]


def forget_rollups(connection: Connection, days: Sequence[date]) -> None:
    """Let the rollups of these days be rebuilt with the lineage that is saved next."""
    connection.execute(f"delete from rollup_nights where snapshot_date in {_listed(days)}")


def tidy(connection: Connection, gone: Sequence[RecordedRun]) -> None:
    """Forget the files of months that have changed or are the newest now: the next copy has them rewritten.

    A folder without a night of the Hub belongs to no Hub.
    """
    touched.note_all(connection)
    newest = "(select date_trunc('month', max(snapshot_date)) from nights)"
    months = "(select date_trunc('month', snapshot_date) from nights where is_preferred)"
    changed = _listed([run.snapshot_date.replace(day=1) for run in gone])
    for table in ("months", "rollup_months"):
        connection.execute(f"delete from {table} where coalesce(month >= {newest}, true) or month not in {months}")
    connection.execute(f"delete from rollup_months where month in {changed}")
    if not value(connection, "select count(*) from nights where source = $own", {"own": data_folder.OWN_SOURCE}):
        connection.execute("delete from folder where key in ('endpoint', 'synthetic')")


class Confirmations:
    """What asking the Hub has shown, night by night. What a night that goes had asked speaks for the next that asks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, run: RecordedRun) -> list[Confirmed]:
        """Return what was asked for a run."""
        asked = "select hub_id, outcome, now from confirmations where run_id = $run_id order by hub_id"
        return [Confirmed(*each) for each in rows(self._connection, asked, {"run_id": run.run_id})]

    def hand_on(self, gone: RecordedRun, runs: Sequence[RecordedRun]) -> None:
        """Let the next full night have the answers that a night which goes was given; its own come first."""
        heirs = [run for run in runs if run.last > gone.last and _asks(run, runs)]
        texts = {"gone": gone.run_id, "heir": heirs[0].run_id if heirs else None}
        self._connection.execute(
            """
            insert into confirmations
            select $heir, hub_id, outcome, now
            from confirmations
            where run_id = $gone and outcome <> 'present' and $heir is not null
              and hub_id not in (select hub_id from confirmations where run_id = $heir)
            """,
            texts,
        )
        self._connection.execute("delete from confirmations where run_id = $gone", {"gone": gone.run_id})


def _asks(run: RecordedRun, runs: Sequence[RecordedRun]) -> bool:
    """Return whether the Hub is asked for what a run lacks: a full night that was the newest when it was loaded."""
    is_newest = all(each.snapshot_date <= run.snapshot_date for each in runs if each.last < run.last)
    return is_newest and Scope.parse(run.scope).is_full


def _listed(days: Sequence[date]) -> str:
    return f"(select unnest({literal(list(days))}::date[]))"
