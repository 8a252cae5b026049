"""work.duckdb: the collector's own database. Only the process that holds the folder's lock opens it, and no one else.

A process that opens and closes this file by its path while the database is open silently drops its lock. So nothing
here hashes, copies or reads the live file. Changes of the newest runs may still be in the log beside it,
work.duckdb.wal. Call `write_back` first if you need the file alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker import disk, files
from tracker.errors import StoreError
from tracker.settings import Settings
from tracker.sql import connect
from tracker.sql.connect import Connection, explained, transaction
from tracker.store import watched
from tracker.store.anew import order, private
from tracker.store.anew.order import RecordedRun
from tracker.store.base import data_folder, generations, kept_registry, migrate, runs
from tracker.store.base.remarks import Remark
from tracker.store.base.runs import LandedRef
from tracker.store.delta import following
from tracker.store.flow import chains
from tracker.store.lineage import candidates, tables
from tracker.store.load import loading
from tracker.store.load.advance import Confirmation
from tracker.store.load.archived import backfilled, described
from tracker.store.load.archived.backfilled import Backfilled
from tracker.store.load.archived.described import Undescribed
from tracker.store.load.archived.other_names import OtherNames
from tracker.store.load.loading import LoadSummary
from tracker.store.past import rebuilt
from tracker.store.places import LOG, WORK, require_work
from tracker.store.publish import annotated, contents, generation, purging
from tracker.store.record import agreements, dated, months, rollup
from tracker.store.restated import causes, restating
from tracker.store.vintages import saved, told
from tracker.store.vintages.told import SourceAbout
from tracker.store.watched import WatchMatch
from tracker.words import RunStatus

if TYPE_CHECKING:
    import polars as pl

    from tracker.graph.shapes import Candidates, Resolved
    from tracker.landing import LandedRun, Manifest
    from tracker.registry import Registry


_LEAST_LOG, _MOST_LOG = 2**20, 2**24  # bytes


@contextmanager
def open_work(settings: Settings) -> Iterator[Work]:
    """Open the collector's database, made or migrated where needed. The caller holds the folder's lock."""
    work = Work(_open(settings), settings)
    try:
        yield work
    finally:
        work.close()


def _open(settings: Settings) -> Connection:
    path = settings.data_dir / WORK
    with explained(f"cannot open {path}"):
        require_work(settings.data_dir)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        files.clear_scratch(settings.data_dir)
        connection = connect.instance(settings.memory_limit, settings.threads, settings.data_dir / files.SPILL)
        try:
            connection.execute("pragma disable_checkpoint_on_shutdown")  # a checkpoint writes more bytes than a night
            connection.execute(f"set checkpoint_threshold = '{_most_log(path)}B'")
            connect.attach(connection, path, "work")
            migrate.migrate(connection, {dated.NUMBER: _dated(connection, settings.data_dir)})
        except BaseException:
            connection.close()
            raise
    return connection


def _most_log(path: Path) -> int:
    """Return the size limit of the log in bytes: a checkpoint rewrites much of the file, opening reads all the log."""
    size = path.stat().st_size if path.exists() else 0
    return min(max(_LEAST_LOG, size // 8), _MOST_LOG)


def _dated(connection: Connection, data_dir: Path) -> migrate.OfFiles:
    return migrate.OfFiles(
        lambda: dated.write_anew(connection, data_dir), lambda written: dated.settle(connection, written)
    )


def write_back(settings: Settings) -> None:
    """Write the log back into the database file (checkpoint); afterwards the file is complete without the log."""
    path = settings.data_dir / WORK
    with explained(f"cannot write {path}"):
        connection = connect.instance(settings.memory_limit, settings.threads)
        try:
            connect.attach(connection, path, "work")
            connection.execute("checkpoint work")
        finally:
            connection.close()
    if path.with_name(LOG).exists():
        raise StoreError(f"{path}.wal was left behind by the checkpoint; run again")


def check_endpoint(settings: Settings) -> None:
    """Raise StoreError if the folder holds nights of another Hub than the one in the settings."""
    with explained(f"cannot open {settings.data_dir / WORK}"):
        is_there = disk.has_file(settings.data_dir / WORK)
    if is_there:
        with open_work(settings) as work:
            work.check_endpoint(settings.endpoint)


class Work:
    """The open database: load a night, resolve its lineage, publish it."""

    def __init__(self, connection: Connection, settings: Settings) -> None:
        self._open: Connection | None = connection
        self._data_dir = settings.data_dir
        self._settings = settings

    @property
    def _connection(self) -> Connection:
        if self._open is None:
            raise StoreError("work.duckdb was closed; open it again")
        return self._open

    def close(self) -> None:
        """Close the database and release it: duckdb 2.0 complains at exit about connections that are still held."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def night_before(self, manifest: Manifest) -> LandedRef | None:
        """Return the loaded run of the newest night before a run's, of its source and scope; None for the first."""
        return runs.night_before(self._connection, self._data_dir, manifest)

    def newest_nights(self) -> list[dict[str, Any]]:
        """Return the Hub's newest loaded night of each scope, the newest of all first: plain values for JSON."""
        return runs.newest_nights(self._connection)

    def load(
        self, landed: LandedRun, *, confirmations: Sequence[Confirmation] = (), remarks: Sequence[Remark] = ()
    ) -> LoadSummary:
        """Load a landed run in one transaction; loading the newest night again replaces it."""
        with explained(f"cannot load {landed.folder}"):
            return loading.load_run(self._connection, self._data_dir, landed, confirmations, remarks)

    def load_archived(self, landed: Sequence[LandedRun], names: OtherNames) -> list[Backfilled]:
        """Load nights of archives: the models of each night and their counters. One transaction per source.

        Loading one again changes nothing.
        """
        with explained(f"cannot load {', '.join(str(run.folder) for run in landed)[:500]}"):
            return backfilled.load_runs(self._connection, self._data_dir, landed, names)

    def newest_own(self) -> date | None:
        """Return the day of the newest night of our own; None where there is none."""
        return backfilled.newest_own(self._connection)

    def undescribed(self) -> list[Undescribed]:
        """Return the models that only archives have shown and that are not described yet, the newest night first."""
        return described.undescribed(self._connection)

    def describe(self, source: str, day: date, names: Sequence[str], path: Path) -> int:
        """Save what a Parquet file of an archive's night describes of these models; return how many it describes."""
        with explained(f"cannot read {path}"):
            return described.describe(self._connection, self._data_dir, source, day, names, path)

    def note_run(self, manifest: Manifest, status: RunStatus, reason: str | None) -> None:
        """Record a run that was not loaded: refused, failed or interrupted. A run that was loaded keeps its state."""
        with explained(f"cannot note the run {manifest.run_id}"), transaction(self._connection):
            if not runs.is_a_night(self._connection, manifest):
                runs.note(self._connection, manifest, status, reason)

    def tell_sources(self, abouts: Sequence[SourceAbout]) -> None:
        """Save what is known of the sources; the next published copy shows it."""
        with explained("cannot note what is known of sources"), transaction(self._connection):
            told.tell(self._connection, abouts)

    def save_source(self, manifest: Manifest, tables: Mapping[str, pl.DataFrame]) -> None:
        """Save the parsed rows of a source's run and record it as loaded; saving it again changes nothing."""
        with explained(f"cannot save the rows of {manifest.source}"):
            saved.save(self._connection, self._data_dir, manifest, tables, annotated.names())

    def unknown_matches(self, found: Sequence[WatchMatch]) -> list[WatchMatch]:
        """Return the matches of watches that are not recorded yet."""
        with explained("cannot look what watches found before"):
            return watched.unknown(self._connection, found)

    def note_matches(self, found: Sequence[WatchMatch]) -> None:
        """Record the matches of watches; the next published copy shows them."""
        with explained("cannot note what watches found"), transaction(self._connection):
            watched.note(self._connection, found)

    def count_matches(self) -> int:
        """Return the number of matches ever recorded."""
        return int(connect.value(self._connection, "select count(*) from watch_matches"))

    def owes_publish(self) -> bool:
        """Return whether something loaded is not in any published copy, and there is a night to publish."""
        return saved.is_owed(self._connection)

    def owes_lineage(self) -> bool:
        """Return whether lineage of a loaded night, or of one of its variants, is missing, for example after a kill."""
        return rollup.is_owed(self._connection) or tables.owes_variants(self._connection)

    def knows(self, manifest: Manifest) -> bool:
        """Return whether a landed run was loaded or refused."""
        return runs.is_noted(self._connection, manifest)

    def check_endpoint(self, endpoint: str) -> None:
        """Raise StoreError if the folder belongs to another Hub."""
        data_folder.check_endpoint(self._connection, endpoint)

    def missing_candidates(self, landed: LandedRun, min_downloads: int) -> list[tuple[str, str]]:
        """Return hub_id and name of notable models that a full run does not have, most downloaded first."""
        with explained(f"cannot compare {landed.folder} with the night before"):
            return loading.missing(self._connection, landed, min_downloads)

    def drop_private(self, landed: LandedRun | None = None, asked: Sequence[str] = ()) -> bool:
        """Delete the private repositories of the database; return whether `save_lineage` and `end_restating` are due.

        `landed`, `asked`: the private repositories that a walk found, and that asking the Hub by name found.
        """
        with explained("cannot drop private repositories"):
            return private.drop(self._connection, self._data_dir, landed, asked)

    def end_restating(self) -> None:
        """Record the figures that deleting private repositories changed; call it after `save_lineage`."""
        with explained("cannot compare the figures with those of before"):
            private.end(self._connection)

    def candidates(self) -> Candidates:
        """Return all declared parents as arrays for the lineage engine."""
        with explained("cannot read the declared parents"):
            return candidates.candidates(self._connection)

    def save_lineage(
        self,
        registry: Registry,
        resolved: Mapping[str, Resolved],
        *,
        restate: bool = False,
        most: int | None = None,
    ) -> None:
        """Replace lineage, nearest and rulings, and rebuild the rollups of nights that have none, or of all.

        It rebuilds at most `most` nights; `make_some` rebuilds the others.
        """
        with explained("cannot save lineage"), transaction(self._connection):
            tables.save(self._connection, self._data_dir, registry, resolved)
            if restate:
                rollup.forget(self._connection)
            rollup.forget_newest(self._connection)
            self._roll_up(most)

    def make_some(self, most: int) -> bool:
        """Build at most `most` owed rollups; if none is owed, compare as many nights of one day; else close a month.

        Returns whether there was something to do. Lineage must have been saved.
        """
        with explained("cannot make rollups"), transaction(self._connection):
            return bool(
                self._roll_up(most)
                or agreements.measure(self._connection, self._data_dir, most)
                or months.close(self._connection, self._data_dir, at_most=1)
            )

    def _roll_up(self, most: int | None) -> int:
        """Build owed rollups and flow of at most `most` nights each; return the number of nights."""
        rolled_up = rollup.roll_up(self._connection, self._data_dir, most)
        return max(len(rolled_up), chains.bring_up_to_date(self._connection, self._data_dir, rolled_up, most))

    def kept_registry(self) -> Path | None:
        """Return the folder of the registry that lineage was last resolved with; None if there is none."""
        return kept_registry.place(self._data_dir, data_folder.get(self._connection, "registry_version"))

    def registry_before(self, version: str) -> Path | None:
        """Return the folder of the previous registry if the loaded night must be resolved with it first; else None.

        That is so if the registry changes in the same night: changes by the night and by the registry are kept apart.
        """
        known = data_folder.get(self._connection, "registry_version")
        if known in (None, version) or tables.is_up_to_date(self._connection):
            return None
        loaded = causes.pending(self._connection)
        return self.kept_registry() if loaded and not any(each.is_alone for each in loaded) else None

    def restate(self, told: Sequence[tuple[str, date, str, float | None, float | None]], reason: str) -> None:
        """Record figures that changed definitions restate, for the next copy: figure, period, key, before, after."""
        with explained("cannot keep what definitions change"), transaction(self._connection):
            restating.redefine(self._connection, told, reason)

    def give_reason(self, reason: str | None) -> None:
        """Record the reason that the user gave for a change; restatements carry it until the next publish."""
        with explained("cannot keep the reason"), transaction(self._connection):
            causes.give(self._connection, reason)

    def recorded_runs(self) -> list[RecordedRun]:
        """Return all runs of the record, in the order in which they were loaded."""
        return order.recorded_runs(self._connection)

    def record_files(self) -> dict[str, str]:
        """Return the files that the database relies on, relative to the data folder, with their sha256."""
        return contents.counted_on(self._connection)

    def withdraw(self) -> bool:
        """Remove the published copy if no night is left to show; return whether there was one."""
        with explained("cannot take back the published copy"):
            return generation.withdraw(self._connection, self._data_dir)

    def purge_owed(self) -> None:
        """Remove purged rows from earlier generations too, after a copy without them was published."""
        with explained("cannot purge earlier generations"):
            published = generation.published_number(self._connection, self._data_dir)
            purging.purge_owed(self._connection, self._data_dir, published)

    def publish_again(self) -> Path | None:
        """Build the copy of the newest generation again, as after a restore, and return its path.

        None if it has no night or its files are incomplete; then call `publish`.
        """
        with explained("cannot build the published copy again"):
            if not runs.newest_place(self._connection):
                return None
            memory_limit, threads = self._settings.memory_limit, self._settings.threads
            path = rebuilt.publish_again(self._data_dir, memory_limit=memory_limit, threads=threads)
            self._follow()
            return path

    def follow(self) -> None:
        """Complete the Delta logs up to the published copy, for example after a kill."""
        with explained("cannot write the Delta log"):
            self._follow()

    def _follow(self) -> None:
        published = generation.published_number(self._connection, self._data_dir)
        if published in generations.numbers(self._data_dir):
            following.bring_up_to_date(self._connection, self._data_dir, published)

    def publish(self, *, today: date | None = None) -> Path:
        """Build the published copy, swap it in, and return its path.

        `today` dates a generation that shows no new newest night [default: this machine's UTC day].
        """
        with explained("cannot publish"):
            day = today or datetime.now(UTC).date()
            grace_seconds, keep_days = self._settings.grace_seconds, self._settings.keep_generations
            return generation.publish(
                self._connection,
                self._data_dir,
                day,
                grace_seconds=grace_seconds,
                keep_days=keep_days,
                copy_state=self._settings.copy_state,
            )
