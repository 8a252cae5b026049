"""How runs of the Hub's walk ended: noted in their folders at once, and in the database as soon as it is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime

from tracker import landing, lock, store
from tracker.errors import Busy, SnapshotRefused, StoreError, TrackerError
from tracker.landing import Attempt, LandedRun, outcome
from tracker.scope import Scope
from tracker.settings import Settings

SOURCE = "hub_models"


def close_cut_off(settings: Settings) -> None:
    """Note of runs that nobody is at work on that they were interrupted; the caller holds the folder's lock."""
    found = landing.runs(settings.data_dir)
    closed = [run for run in found if landing.close_cut_off(run, datetime.now(UTC))]
    if closed or any(run.manifest.status != "landed" for run in found):
        note_unfinished(settings)  # some may have ended where nobody could note it


def note_unfinished(settings: Settings) -> None:
    """Note the runs that ended early and that the database does not know yet; the reason is in the manifest."""
    ended = [run.manifest for run in landing.runs(settings.data_dir) if run.manifest.status != "landed"]
    with store.open_work(settings) as work:
        for manifest in ended:
            if manifest.finished_at is not None and not work.knows(manifest):
                work.note_run(manifest, manifest.status, manifest.reason)


@contextmanager
def traced(settings: Settings, scope: Scope, day: date | None) -> Iterator[None]:
    """Leave a trace of an attempt however it ends, in a manifest and, where that can be written, in the database.

    Goes around what holds the folder's lock.
    """
    attempt = Attempt(settings.data_dir, SOURCE, settings.endpoint, str(scope), day)
    try:
        with landing.traced(attempt):
            yield
    except Busy:
        raise
    except (Exception, KeyboardInterrupt):
        with suppress(TrackerError, OSError), lock.hold(settings.data_dir):  # what it ended with matters more
            note_unfinished(settings)
        raise


@contextmanager
def told(landed: LandedRun) -> Iterator[None]:
    """Note beside a landed run why it was not loaded, where it is not: readers see it before anything is published."""
    try:
        yield
    except (Exception, KeyboardInterrupt) as error:
        with suppress(StoreError):  # a full disk: the error under way says so
            outcome.tell(landed.folder, outcome.of(error))
            if isinstance(error, SnapshotRefused):
                outcome.lighten_repeats(landed)
        raise
    outcome.clear(landed.folder)
