"""work.duckdb: the collector's own database. Only the process that holds the folder's lock opens it, and no one else.

A process that opened and closed this file by its path while the database is open would silently drop its
lock: nothing here hashes, copies or looks into the live file. What the newest runs changed may stand in the log beside
it, work.duckdb.wal, until that has grown: whoever wants the file alone calls `write_back` first.
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
            connection.execute("pragma disable_checkpoint_on_shutdown")  # a checkpoint writes more than a night says
            connection.execute(f"set checkpoint_threshold = '{_most_log(path)}B'")
            connect.attach(connection, path, "work")
            migrate.migrate(connection, {dated.NUMBER: _dated(connection, settings.data_dir)})
        except BaseException:
            connection.close()
            raise
    return connection


def _most_log(path: Path) -> int:
    """Return to how many bytes the log may grow: a checkpoint writes much of the file, each opening reads the log."""
    size = path.stat().st_size if path.exists() else 0
    return min(max(_LEAST_LOG, size // 8), _MOST_LOG)


def _dated(connection: Connection, data_dir: Path) -> migrate.OfFiles:
    return migrate.OfFiles(
        lambda: dated.write_anew(connection, data_dir), lambda written: dated.settle(connection, written)
    )


def write_back(settings: Settings) -> None:
    """Put what stands in the log beside the collector's database into its file, which is whole by itself then."""
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
    """Raise StoreError where the folder holds nights of another Hub than the one in the settings."""
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
        """Close the database and let go of it: duckdb 2.0 complains at exit of connections that are still held."""
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
        """Load nights of archives: who was there, and counters. Those of one source are loaded in one transaction.

        Loading one again changes nothing.
        """
        with explained(f"cannot load {', '.join(str(run.folder) for run in landed)[:500]}"):
            return backfilled.load_runs(self._connection, self._data_dir, landed, names)

    def newest_own(self) -> date | None:
        """Return the day of the newest night of our own; None where there is none."""
        return backfilled.newest_own(self._connection)

    def undescribed(self) -> list[Undescribed]:
        """Return the models that archives alone have shown and that are not described yet, the newest night first."""
        return described.undescribed(self._connection)

    def describe(self, source: str, day: date, names: Sequence[str], path: Path) -> int:
        """Note what an archive's night says of these models, a Parquet file; return how many it describes."""
        with explained(f"cannot read {path}"):
            return described.describe(self._connection, self._data_dir, source, day, names, path)

    def note_run(self, manifest: Manifest, status: RunStatus, reason: str | None) -> None:
        """Note a run that was not loaded: refused, failed or interrupted. One that is a night stays what it is."""
        with explained(f"cannot note the run {manifest.run_id}"), transaction(self._connection):
            if not runs.is_a_night(self._connection, manifest):
                runs.note(self._connection, manifest, status, reason)

    def tell_sources(self, abouts: Sequence[SourceAbout]) -> None:
        """Note what is known of sources: readers of the next published copy are told."""
        with explained("cannot note what is known of sources"), transaction(self._connection):
            told.tell(self._connection, abouts)

    def save_source(self, manifest: Manifest, tables: Mapping[str, pl.DataFrame]) -> None:
        """Save the parsed rows of a source's run and note it as loaded; saving it again changes nothing."""
        with explained(f"cannot save the rows of {manifest.source}"):
            saved.save(self._connection, self._data_dir, manifest, tables, annotated.names())

    def unknown_matches(self, found: Sequence[WatchMatch]) -> list[WatchMatch]:
        """Return what watches found that is not noted yet."""
        with explained("cannot look what watches found before"):
            return watched.unknown(self._connection, found)

    def note_matches(self, found: Sequence[WatchMatch]) -> None:
        """Note what watches found; the next published copy shows it."""
        with explained("cannot note what watches found"), transaction(self._connection):
            watched.note(self._connection, found)

    def count_matches(self) -> int:
        """Return how many things watches ever found."""
        return int(connect.value(self._connection, "select count(*) from watch_matches"))

    def owes_publish(self) -> bool:
        """Return whether something is loaded that no published copy shows, and there is a night to show it with."""
        return saved.is_owed(self._connection)

    def owes_lineage(self) -> bool:
        """Return whether a night was loaded and its lineage was not saved, as after a kill, or not in all variants."""
        return rollup.is_owed(self._connection) or tables.owes_variants(self._connection)

    def knows(self, manifest: Manifest) -> bool:
        """Return whether a landed run was loaded or refused."""
        return runs.is_noted(self._connection, manifest)

    def check_endpoint(self, endpoint: str) -> None:
        """Raise StoreError where the folder belongs to another Hub."""
        data_folder.check_endpoint(self._connection, endpoint)

    def missing_candidates(self, landed: LandedRun, min_downloads: int) -> list[tuple[str, str]]:
        """Return hub_id and name of notable models that a full run does not have, most downloaded first."""
        with explained(f"cannot compare {landed.folder} with the night before"):
            return loading.missing(self._connection, landed, min_downloads)

    def drop_private(self, landed: LandedRun | None = None, asked: Sequence[str] = ()) -> bool:
        """Drop the private repositories that are held; return whether `save_lineage` and `end_restating` are due then.

        `landed`, `asked`: what a walk, and asking the Hub by name, has found to be so.
        """
        with explained("cannot drop private repositories"):
            return private.drop(self._connection, self._data_dir, landed, asked)

    def end_restating(self) -> None:
        """Keep the figures that dropping private repositories has changed, once lineage was saved without them."""
        with explained("cannot compare the figures with those of before"):
            private.end(self._connection)

    def candidates(self) -> Candidates:
        """Return everything that is declared of parents, as arrays for the lineage engine."""
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

        Of `most` nights at most: `make_some` makes the others.
        """
        with explained("cannot save lineage"), transaction(self._connection):
            tables.save(self._connection, self._data_dir, registry, resolved)
            if restate:
                rollup.forget(self._connection)
            rollup.forget_newest(self._connection)
            self._roll_up(most)

    def make_some(self, most: int) -> bool:
        """Make at most so many owed rollups, else compare as many nights of one day, else close a month.

        Returns whether there was something to do. Lineage must have been saved.
        """
        with explained("cannot make rollups"), transaction(self._connection):
            return bool(
                self._roll_up(most)
                or agreements.measure(self._connection, self._data_dir, most)
                or months.close(self._connection, self._data_dir, at_most=1)
            )

    def _roll_up(self, most: int | None) -> int:
        """Make the rollups that are owed, and the flow, at most so many nights of each; return of how many."""
        rolled_up = rollup.roll_up(self._connection, self._data_dir, most)
        return max(len(rolled_up), chains.bring_up_to_date(self._connection, self._data_dir, rolled_up, most))

    def kept_registry(self) -> Path | None:
        """Return the folder of the registry that lineage was resolved with last; None where there is none."""
        return kept_registry.place(self._data_dir, data_folder.get(self._connection, "registry_version"))

    def registry_before(self, version: str) -> Path | None:
        """Return the folder of the registry of before, where what was loaded is to be resolved with it first.

        So it is where another registry comes in the same night: what the night has changed is told apart from that.
        """
        known = data_folder.get(self._connection, "registry_version")
        if known in (None, version) or tables.is_up_to_date(self._connection):
            return None
        loaded = causes.pending(self._connection)
        return self.kept_registry() if loaded and not any(each.is_alone for each in loaded) else None

    def restate(self, told: Sequence[tuple[str, date, str, float | None, float | None]], reason: str) -> None:
        """Keep figures that definitions give otherwise: figure, period, key, before, after; told with the next copy."""
        with explained("cannot keep what definitions change"), transaction(self._connection):
            restating.redefine(self._connection, told, reason)

    def give_reason(self, reason: str | None) -> None:
        """Keep what who runs a command says of what it changes; until the next publish it is told with that."""
        with explained("cannot keep the reason"), transaction(self._connection):
            causes.give(self._connection, reason)

    def recorded_runs(self) -> list[RecordedRun]:
        """Return all runs of the record, in the order in which they were loaded."""
        return order.recorded_runs(self._connection)

    def record_files(self) -> dict[str, str]:
        """Return the files that the database counts on, relative to the data folder, with their sha256."""
        return contents.counted_on(self._connection)

    def withdraw(self) -> bool:
        """Take away the published copy where no night is left that it could show; return whether there was one."""
        with explained("cannot take back the published copy"):
            return generation.withdraw(self._connection, self._data_dir)

    def purge_owed(self) -> None:
        """Take out of earlier generations what has to go from them too, now that the published one is without it."""
        with explained("cannot purge earlier generations"):
            published = generation.published_number(self._connection, self._data_dir)
            purging.purge_owed(self._connection, self._data_dir, published)

    def publish_again(self) -> Path | None:
        """Build the copy of the newest generation again, as after a restore, and return its path.

        None where it has no night, or its files do not tell all of it: then it is to be published anew.
        """
        with explained("cannot build the published copy again"):
            if not runs.newest_place(self._connection):
                return None
            memory_limit, threads = self._settings.memory_limit, self._settings.threads
            path = rebuilt.publish_again(self._data_dir, memory_limit=memory_limit, threads=threads)
            self._follow()
            return path

    def follow(self) -> None:
        """Write what the Delta logs lack of what is published, as after a kill."""
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
