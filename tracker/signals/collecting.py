"""One run of one source beside the Hub's night: collect, parse, judge; then, under the folder's lock, save its rows.

The network is asked under a lock of the source's own, so that nothing it does, and no failure of it, holds up the
Hub's night. How a run ended stands in its manifest; the database is told as soon as it can be written. Until a copy
shows a run's rows, or forever where it was refused, readers keep the last good ones.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date
from functools import partial

from tracker import files, lock, logs, sources, store
from tracker.errors import (
    Interrupted,
    NothingPublished,
    SnapshotRefused,
    SourceError,
    StoreError,
    TrackerError,
)
from tracker.landing import Attempt, LandedRun, close_cut_off, prune, runs, traced
from tracker.settings import Settings
from tracker.signals import makers, namespaces
from tracker.sources import About, Context, Source, address_of, bounds, is_signal, name_of
from tracker.sources.clock import Clock, SystemClock
from tracker.sources.contract import Tables

log = logging.getLogger(__name__)


def collect(
    settings: Settings,
    source: Source,
    *,
    snapshot_date: date | None = None,
    force: bool = False,
    clock: Clock | None = None,
) -> LandedRun:
    """Run a source once and save what it gave; `force`: although a gate refuses it.

    Raises SourceError or SnapshotRefused where it failed (the run is noted all the same), Busy where the
    folder is being written: the run is landed then, and the next call goes on from there.
    """
    clock = clock or SystemClock()
    with _own_lock(settings, source):
        for run in runs(settings.data_dir, name_of(source)):  # nobody else can be at work on them
            close_cut_off(run, clock.now())
        try:
            day = snapshot_date or clock.now().astimezone(UTC).date()
            with traced(Attempt(settings.data_dir, name_of(source), address_of(settings, source), snapshot_date=day)):
                landed = _land(settings, source, day, force, clock)
        except (TrackerError, KeyboardInterrupt):
            with suppress(TrackerError):  # what it failed with matters more than who cannot be told now
                settle(settings, source)
            raise
        settle(settings, source)
    return landed


def settle(settings: Settings, source: Source) -> None:
    """Tell the database of every run of a source that it does not know yet, and save the rows of those that landed.

    Old landings are deleted then. Raises Busy where the folder is being written.
    """
    name = name_of(source)
    with lock.hold(settings.data_dir), store.open_work(settings) as work:
        work.tell_sources(abouts())
        for run in runs(settings.data_dir, name):
            if run.manifest.finished_at is not None and not work.knows(run.manifest):
                _settle(work, source, run)
    prune(settings.data_dir, keep_nights=settings.keep_landings, source=name)


def _settle(work: store.Work, source: Source, run: LandedRun) -> None:
    manifest = run.manifest
    if manifest.status != "landed":
        work.note_run(manifest, manifest.status, manifest.reason)
    elif manifest.unchanged_since:
        work.note_run(manifest, "published", f"unchanged since {manifest.unchanged_since}")
    else:
        try:
            tables = bounds.parsed(source, run)
        except TrackerError as error:  # it could be when it was landed; it stands in the way of no later run
            work.note_run(manifest, "failed", f"landed, and then not parsed: {error}")
        else:
            work.save_source(manifest, tables)


def is_settled(settings: Settings, source: Source) -> bool:
    """Return whether readers know of every run of a source; opens the published copy alone, and waits for nobody."""
    ended = {run.manifest.run_id for run in runs(settings.data_dir, name_of(source)) if run.manifest.finished_at}
    try:
        with store.open_published(settings.data_dir) as published:
            known = published.query("select run_id from runs where source = $name", {"name": name_of(source)})
    except NothingPublished:
        return not ended
    return ended <= set(known["run_id"])


def abouts() -> list[store.SourceAbout]:
    """Return what the store is told of every source that there is."""
    return [_about(source) for source in sources.found().all]


def _about(source: About) -> store.SourceAbout:
    tables = (
        store.SourceTable(
            table.name,
            table.grain,
            table.current_by,
            {name: (column.sql_type or "", column.comment) for name, column in table.columns.items()},
        )
        for table in source.TABLES
    )
    return store.SourceAbout(
        name=name_of(source),
        title=source.TITLE,
        url=source.URL,
        licence=source.LICENCE,
        attribution=source.ATTRIBUTION,
        use_rights=source.USE_RIGHTS,
        cadence_hours=source.CADENCE.total_seconds() / 3600,
        tables=tuple(tables),
    )


def _land(settings: Settings, source: Source, day: date, force: bool, clock: Clock) -> LandedRun:
    """Collect, parse and judge; whatever happens stands in the manifest."""
    held = partial(store.held, settings.data_dir, name_of(source))
    asked = partial(namespaces.official, settings)
    context = sources.open_context(settings, source, day, clock=clock, held=held, namespaces=asked)
    last = context.last
    before = _tables(source, last)
    logs.under_way(context.run.manifest.run_id, day)
    with _noted(context, clock):
        context.run.note()
        landed = source.collect(context)
        if landed.manifest.synthetic and _holds_real_nights(settings):
            raise SnapshotRefused(
                f"{context.run.manifest.endpoint} serves synthetic demo data, and this folder holds real nights; "
                "use another --data-dir"
            )
        tables = bounds.parsed(source, landed)
        refused = bounds.broken(source, tables, before)
        if refused and not force:
            raise SnapshotRefused(
                f"refused {name_of(source)} {day}: {'; '.join(refused)}; "
                f"look at {landed.folder}, then `tracker collect {name_of(source)} --force`"
            )
        said = [*bounds.remarks(source, tables, before), *makers.remarks(settings, name_of(source), tables)]
        return context.run.note(
            status="landed",
            reason="; ".join([*refused, *said, *context.remarks]) or None,
            finished_at=clock.now(),
            rows=sum(table.height for table in tables.values()),
            unchanged_since=_same(landed, last),
        )


def _holds_real_nights(settings: Settings) -> bool:
    try:
        with store.open_published(settings.data_dir) as published:
            return not published.facts().synthetic
    except NothingPublished:
        return False


def _tables(source: Source, last: LandedRun | None) -> Tables | None:
    """Return the tables of the last run; one that cannot be parsed any more is no measure."""
    try:
        return bounds.parsed(source, last) if last else None
    except TrackerError as error:
        log.warning("%s cannot be compared with its last run: %s", name_of(source), error)
        return None


def _same(landed: LandedRun, last: LandedRun | None) -> str | None:
    """Return the run that brought the same bytes, None where something is new."""
    if last is None or {(each.name, each.sha256) for each in landed.manifest.files} != {
        (each.name, each.sha256) for each in last.manifest.files
    }:
        return None
    return last.manifest.unchanged_since or last.manifest.run_id


@contextmanager
def _noted(context: Context, clock: Clock) -> Iterator[None]:
    """Note in the manifest how a run ended that did not land, and let every fault of a source be a SourceError."""

    def note(status: str, reason: str) -> None:
        with suppress(StoreError):  # a full disk: the error under way says so
            context.run.note(status=status, reason=reason, finished_at=clock.now(), **context.http.counts())

    try:
        yield
    except (KeyboardInterrupt, Interrupted):
        note("interrupted", "stopped by a signal")
        raise
    except SnapshotRefused as error:
        note("refused", str(error))
        raise
    except TrackerError as error:
        note("failed", str(error))
        raise
    except Exception as error:
        reason = f"{context.run.manifest.source} failed: {type(error).__name__}: {error}"
        note("failed", reason)
        raise SourceError(f"{reason}; look at {context.run.folder}") from error


@contextmanager
def _own_lock(settings: Settings, source: Source) -> Iterator[None]:
    if not is_signal(source):
        raise StoreError(f"{name_of(source)} is collected by `tracker update`, not beside it")
    files.require_data_folder(settings.data_dir)
    with lock.hold(settings.data_dir / "landing" / name_of(source)):
        yield
