"""How runs of the Hub's walk ended: noted in their folders at once, and in the database as soon as it is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from tracker import landing, store
from tracker.errors import Interrupted, RegistryError, SnapshotRefused, StoreError, TrackerError
from tracker.landing import LandedRun, outcome
from tracker.landing.outcome import Outcome
from tracker.night.curated import in_short
from tracker.settings import Settings


def close_cut_off(settings: Settings) -> None:
    """Note of runs that nobody is at work on that they were interrupted; the caller holds the folder's lock."""
    closed = [run for run in landing.runs(settings.data_dir) if landing.close_cut_off(run, datetime.now(UTC))]
    if closed:
        note_unfinished(settings)


def note_unfinished(settings: Settings) -> None:
    """Note the runs that ended early and that the database does not know yet; the reason is in the manifest."""
    ended = [run.manifest for run in landing.runs(settings.data_dir) if run.manifest.status != "landed"]
    with store.open_work(settings) as work:
        for manifest in ended:
            if manifest.finished_at is not None and not work.knows(manifest):
                work.note_run(manifest, manifest.status, manifest.reason)


@contextmanager
def told(landed: LandedRun) -> Iterator[None]:
    """Note beside a landed run why it was not loaded, where it is not: readers see it before anything is published."""
    try:
        yield
    except (TrackerError, KeyboardInterrupt) as error:
        with suppress(StoreError):  # a full disk: the error under way says so
            outcome.tell(landed.folder, _outcome(error))
            if isinstance(error, SnapshotRefused):
                outcome.lighten_repeats(landed)
        raise
    outcome.clear(landed.folder)


def _outcome(error: BaseException) -> Outcome:
    if isinstance(error, SnapshotRefused):
        return Outcome("refused", error.reason)
    if isinstance(error, RegistryError):
        return Outcome("failed", f"the registry does not load: {in_short(error)}")
    if isinstance(error, (KeyboardInterrupt, Interrupted)):
        return Outcome("interrupted", "stopped by a signal while it was loaded")
    return Outcome("failed", str(error))
