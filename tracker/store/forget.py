"""Take nights out of the record: the state is rebuilt without them in a copy of work.duckdb, which then takes over.

Until it does, the folder is as it was; the record's own files stay as long as kept generations name them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tracker import files
from tracker.errors import StoreError
from tracker.landing import parts_of
from tracker.settings import Settings
from tracker.sql import connect
from tracker.sql.connect import Connection, explained, transaction
from tracker.store.anew import again, order
from tracker.store.anew.order import RecordedRun
from tracker.store.base import data_folder, purges, remarks, runs
from tracker.store.base.purges import Gone
from tracker.store.base.remarks import Remark
from tracker.store.base.runs import LandedRef
from tracker.store.places import LOG, WORK
from tracker.store.record import descriptions
from tracker.store.restated import causes, restating
from tracker.store.restated.causes import Cause
from tracker.store.work import Work, open_work, write_back

if TYPE_CHECKING:
    import polars as pl

SOURCE = "forget"  # of the runs that take a night out

# a run and the night before it to what each gate remarks, None where it passes; no gate where it is not landed any more
Judge = Callable[[LandedRef, LandedRef | None], Mapping[str, Remark | None]]


def recorded_runs(settings: Settings) -> list[RecordedRun]:
    """Return all runs of the record, in the order in which they were loaded. The caller holds the folder's lock."""
    with open_work(settings) as work:
        return work.recorded_runs()


@contextmanager
def open_without(settings: Settings, gone: Sequence[RecordedRun]) -> Iterator[Without]:
    """Open a copy of the collector's database in which the state is rebuilt without these runs."""
    data_dir = settings.data_dir
    with explained(f"cannot make {data_dir} anew"), files.scratch(data_dir) as place:
        path = place / WORK
        shutil.copyfile(data_dir / WORK, path)
        if (data_dir / LOG).exists():
            shutil.copyfile(data_dir / LOG, place / LOG)
        connection = connect.instance(settings.memory_limit, settings.threads, place / files.SPILL)
        try:
            connect.attach(connection, path, "work")
            yield Without(connection, settings, path, gone)
        finally:
            connection.close()


class Without:
    """The state without some runs, in the making: load the others again in order, then take over."""

    def __init__(self, connection: Connection, settings: Settings, path: Path, gone: Sequence[RecordedRun]) -> None:
        self.work = Work(connection, settings)
        self.registry_version = data_folder.get(connection, "registry_version")
        self._connection = connection
        self._data_dir = settings.data_dir
        self._settings = settings
        self._path = path
        self._gone = gone
        self._started = datetime.now(UTC)
        self._endpoint = data_folder.get(connection, "endpoint") or settings.endpoint
        self._runs = order.recorded_runs(connection)
        self._due = order.due(order.rollups(connection), self._runs, gone)

    @property
    def left(self) -> list[RecordedRun]:
        """The runs that stay."""
        return [run for run in self._runs if run not in self._gone]

    def load(self, judge: Judge) -> Iterator[tuple[str | None, bool]]:
        """Load what stays again; yield the version of the registry with which lineage is due before going on.

        Beside it, whether all variants are: the last time they are, for the copy; a rollup needs the default alone.
        `judge` is asked what gates remark of a night that was measured against one which goes.
        """
        with transaction(self._connection):
            restating.begin(self._connection, Cause("correction", "forget", is_alone=True))
        stale = [rollup.snapshot_date for rollups in self._due.values() for rollup in rollups]
        again.empty(self._connection, [*stale, *(run.snapshot_date for run in self._gone)])
        confirmations = again.Confirmations(self._connection)
        for run in reversed(self._gone):
            confirmations.hand_on(run, self.left)
        last_described = max((run.loaded for run in self.left if run.described_file), default=0)
        for place, run in order.loads(self._runs):
            if run not in self._gone:
                again.lay(self._connection, self._data_dir, run)
                again.load(self._connection, self._data_dir, run, confirmations.of(run))
                self._remark(run, judge)
                yield from ((version, False) for version in self._versions_due(place))
            elif run.described_file and place == run.loaded < last_described:  # a later run says what it took from it
                again.lay(self._connection, self._data_dir, run)
        if self.left:
            yield self.registry_version, True

    def _remark(self, run: RecordedRun, judge: Judge) -> None:
        """Let a night be judged again that was measured against one which goes."""
        if order.night_before(run, self._runs) in self._gone:
            before = order.night_before(run, self.left)
            judged = judge(self._landed(run), self._landed(before) if before else None)
            remarks.replace(self._connection, run.run_id, judged)

    def _landed(self, run: RecordedRun) -> LandedRef:
        folder = self._data_dir / "landing" / run.source / run.snapshot_date.isoformat() / run.run_id
        found = folder if parts_of(folder) else None
        return LandedRef(run.run_id, run.snapshot_date, run.scope, run.models, found)

    def _versions_due(self, place: int) -> Iterator[str | None]:
        """Yield the registries of the rollups that are made after this place; that of the newest night comes last."""
        of_version: dict[str | None, list[date]] = {}
        for rollup in sorted(self._due.get(place, ()), key=lambda each: each.snapshot_date):
            of_version.setdefault(rollup.registry_version, []).append(rollup.snapshot_date)
        for version, days in sorted(of_version.items(), key=lambda each: each[1][-1]):
            again.forget_rollups(self._connection, days)
            yield version

    def restated(self) -> pl.DataFrame:
        """Return the figures that are other than before: figure, period, key, before, after."""
        with transaction(self._connection):
            again.tidy(self._connection, self._gone)
            return restating.compare(self._connection)

    def take_over(self, reason: str, *, purge: bool = False) -> list[str]:
        """Put this state instead of the collector's, with a run and the restated figures that say so.

        `purge`: once it is published, the night goes out of earlier generations too.

        Returns the runs that are the night no longer, those that a later one had replaced included.
        """
        with transaction(self._connection):
            for run in reversed(self._gone):
                if run.described_file:
                    descriptions.hand_on(self._connection, self._data_dir, run.described_file, run.loaded)
            descriptions.end(self._connection)
            refused = self._note(reason)
            if purge:
                nights = sorted({(run.snapshot_date.isoformat(), run.source) for run in self._gone})
                purges.owe(self._connection, Gone(reason, nights=nights))
        self._connection.execute("checkpoint work")
        self._connection.execute("use memory")
        self._connection.execute("detach work")
        if self._path.with_name(LOG).exists():
            raise StoreError(f"{self._path}.wal was left behind by the checkpoint; nothing was changed, run again")
        files.sync(self._path)
        write_back(self._settings)  # a log that stayed would be another database's
        self._path.replace(self._data_dir / WORK)
        files.sync_folder(self._data_dir)
        return refused

    def _note(self, reason: str) -> list[str]:
        first, scopes = self._gone[0], ", ".join(run.scope for run in self._gone)
        night = (first.snapshot_date, scopes)
        told = runs.note_change(self._connection, SOURCE, night, self._endpoint, self._started, reason)
        refused = runs.of_night(self._connection, first.snapshot_date, first.source)
        for run_id in refused:
            runs.refuse(self._connection, run_id, f"forgotten by the run {told}: {reason}")
        causes.tell(self._connection, told, reason)
        restating.keep(self._connection)
        return refused
