"""A backfill: fetch, judge, land and load revision after revision until all wanted ones are there.

Only the manifests of its runs and the record say how far it came, so it can be interrupted anywhere and resumed. It
holds the archive's own lock all the time, so the nightly job runs beside it.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

from tracker import files, lock, logs
from tracker.backfilling.loading import Folder
from tracker.backfilling.selection import Span, beside, chosen
from tracker.backfilling.standing import Standing, file_of, standing
from tracker.errors import SettingsError, SnapshotRefused, SourceError
from tracker.landing import LandedRun, close_cut_off, runs
from tracker.sources import COUNTERS, Archive, Reach, Revision, name_of

log = logging.getLogger(__name__)

NIGHTS_AT_ONCE, MODELS_AT_ONCE = 32, 1_000_000  # observations loaded together under one lock: seconds of work
MAX_FAILURES = 3  # failed revisions in a row: then the network or the archive is at fault


class Progress(Protocol):
    """Receives the progress of a backfill after each observation."""

    def observation(self, done: int, wanted: int, day: date, fetched_bytes: int) -> None:
        """Record the progress."""
        ...


@dataclass(frozen=True)
class Observation:
    """The outcome of one wanted observation: `loaded`, `landed`, `there` already, `refused` or `failed`, and why."""

    day: date
    status: str
    models: int = 0
    fetched_bytes: int = 0
    reason: str | None = None


@dataclass(frozen=True)
class Backfill:
    """The result of a backfill: each wanted observation, those refused in its place, and notes."""

    observations: Sequence[Observation]
    notes: Sequence[str]

    def count(self, *statuses: str) -> int:
        """Return how many observations had this outcome."""
        return sum(1 for each in self.observations if each.status in statuses)


def backfill(
    reach: Reach, archive: Archive, span: Span, *, folder: Folder | None = None, progress: Progress | None = None
) -> Backfill:
    """Land the wanted revisions of an archive and load them into `folder`; without a folder only land them.

    Revisions that are there are not fetched again; refused ones are not retried. Raises SourceError if the archive
    cannot be read, SnapshotRefused if no wanted revision can be used; landed ones stay. Raises SettingsError if
    `folder` has no night of our own, since archived nights must come before one.
    """
    name = name_of(archive)
    files.require_data_folder(reach.settings.data_dir)
    with lock.hold(reach.settings.data_dir / "landing" / name):
        for run in runs(reach.settings.data_dir, name):  # no other process works on them
            close_cut_off(run, reach.clock.now())
        _clear(reach.settings.data_dir / "landing" / name, "fetch.tmp", "described-*")
        revisions = archive.revisions(reach)
        before = standing(reach.settings, name)
        span = _before_ours(span, folder)
        wanted = chosen(revisions, span)
        if not wanted:
            raise SourceError(nothing_there(name, revisions, span))
        work = _Work(reach, archive, revisions, before, folder)
        found: list[Observation] = []
        try:
            for at, candidates in enumerate(wanted, 1):
                found += work.observe(candidates)
                if progress is not None:
                    progress.observation(at, len(wanted), found[-1].day, work.fetched_bytes)
        except SourceError:
            work.load()
            raise
        work.load()
        done = Backfill(found, list(notes(name, before, revisions)))
        if not done.count("loaded", "landed", "there"):
            said = [f"nothing of {name} can be used, of {len(found):,} revisions", *done.notes]
            raise SnapshotRefused("; ".join([*said, f"the last: {found[-1].reason}"]))
        work.describe()
        _clear(reach.settings.data_dir / "landing" / name, "*.tmp")
    return done


def _clear(folder: Path, *patterns: str) -> None:
    """Delete partly fetched runs, of this process or of a killed one; no other process works here."""
    for each in [found for pattern in patterns for found in folder.glob(pattern)]:
        if each.is_dir():
            shutil.rmtree(each, ignore_errors=True)
        else:
            each.unlink()


def nothing_there(name: str, revisions: Sequence[Revision], span: Span) -> str:
    """Return a sentence with the days that an archive has."""
    asked = f"from {span.first or 'its first day'} to {span.last or 'its last'}"
    return f"{name} has nothing {asked}; it has {len(revisions):,} days, {revisions[0].day} to {revisions[-1].day}"


def notes(name: str, before: Standing, revisions: Sequence[Revision]) -> Iterator[str]:
    """Yield notes about an archive beside its observations."""
    lost = before.lost(revisions)
    if lost:
        yield (
            f"the history of {name} was rewritten: {lost:,} of the {len(before.landed):,} commits that were fetched "
            f"are not in it any more, and it has {len(revisions):,} days now; what was fetched stays as it is"
        )


def _before_ours(span: Span, folder: Folder | None) -> Span:
    """Return a span that ends before our own newest night; from that night on, our own walks count."""
    if folder is None:
        return span
    own = folder.newest_own()
    if own is None:
        raise SettingsError(
            "a backfill goes before nights of our own, and there is none yet: run `tracker update` first"
        )
    before = own - timedelta(days=1)
    if span.first is not None and span.first > before:
        raise SettingsError(f"--from {span.first}: our own nights reach to {own}; a backfill is of days before that")
    return replace(span, last=min(span.last or before, before))


class _Work:
    """The settings and the progress of a backfill."""

    def __init__(
        self, reach: Reach, archive: Archive, revisions: Sequence[Revision], before: Standing, folder: Folder | None
    ) -> None:
        self._reach, self._archive, self._revisions = reach, archive, revisions
        self._before, self._folder = before, folder
        self._loaded = folder.loaded(name_of(archive)) if folder is not None else set()
        self._failures = 0
        self._waiting: list[LandedRun] = []  # waiting to be loaded together
        self.fetched_bytes = 0

    def observe(self, candidates: Sequence[Revision]) -> list[Observation]:
        """Return the outcome of one observation, after those that were refused in its place."""
        found: list[Observation] = []
        for revision in candidates:
            found.append(self._there(self._before.day_of(revision)) or self._one(revision))
            if found[-1].status != "refused":
                break
        return found

    def load(self) -> None:
        """Load the landed runs that wait."""
        if self._folder is not None and self._waiting:
            self._folder.load(self._waiting)
        self._waiting = []

    def describe(self) -> None:
        """Read the archive's description of models that no night of our own has, from the newest night of each."""
        if self._folder is None:
            return
        now = standing(self._reach.settings, name_of(self._archive))
        by_day = {now.day_of(each): each for each in self._revisions}
        for owed in self._folder.undescribed():
            if owed.source == name_of(self._archive) and owed.snapshot_date in by_day:
                try:
                    path = self._archive.describe(self._reach, by_day[owed.snapshot_date], owed.names)
                except (SnapshotRefused, SourceError) as error:
                    log.warning("%d models of %s are not described: %s", len(owed.names), owed.snapshot_date, error)
                    continue
                try:
                    self._folder.describe(owed, path)
                finally:
                    path.unlink()

    def _there(self, day: date) -> Observation | None:
        """Return the observation of a day that is there already; load it if it landed and is not loaded yet."""
        landed = self._before.landed.get(day)
        if day in self._loaded:
            return Observation(day, "there", landed.manifest.models if landed else 0)
        if landed is None:
            return None
        if self._folder is None:
            return Observation(day, "there", landed.manifest.models)
        if not (landed.folder / COUNTERS).is_file():  # it was loaded once, then removed
            return None
        return self._hand_on(landed, 0)

    def _one(self, revision: Revision) -> Observation:
        said = self._before.why_refused(revision)
        if said is not None:
            return Observation(revision.day, "refused", reason=said)
        try:
            near = replace(self._reach, beside=beside(self._revisions, revision))
            landed = self._archive.fetch(near, revision)
        except SnapshotRefused as refused:
            log.info("%s %s refused: %s", name_of(self._archive), revision.day, refused.reason)
            self._note(revision)
            return Observation(revision.day, "refused", reason=refused.reason)
        except SourceError as error:
            self._failures += 1
            self._note(revision)
            if self._failures >= MAX_FAILURES:
                raise
            return Observation(revision.day, "failed", reason=str(error))
        self._failures = 0
        logs.under_way(landed.manifest.run_id, landed.manifest.snapshot_date)
        self.fetched_bytes += landed.manifest.bytes_fetched
        return self._hand_on(landed, landed.manifest.bytes_fetched)

    def _hand_on(self, landed: LandedRun, fetched: int) -> Observation:
        manifest = landed.manifest
        if self._folder is None:
            return Observation(manifest.snapshot_date, "landed", manifest.models, fetched)
        self._waiting.append(landed)
        self._loaded.add(manifest.snapshot_date)
        models = sum(run.manifest.models for run in self._waiting)
        if models >= MODELS_AT_ONCE or len(self._waiting) >= NIGHTS_AT_ONCE:
            self.load()
        return Observation(manifest.snapshot_date, "loaded", manifest.models, fetched)

    def _note(self, revision: Revision) -> None:
        """Record the newest run of a revision in the database if it did not land."""
        if self._folder is None:
            return
        tried = (run.manifest for run in runs(self._reach.settings.data_dir, name_of(self._archive)))
        found = [each for each in tried if (each.commit, each.path) == file_of(revision)]
        if found:
            self._folder.note(max(found, key=lambda each: each.age))
