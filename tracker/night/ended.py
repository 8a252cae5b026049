"""How runs of the Hub's walk ended: noted in their folders at once, and in the database as soon as it is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from tracker import landing, store
from tracker.errors import Interrupted, RegistryError, SnapshotRefused, TrackerError
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
    except (KeyboardInterrupt, Interrupted):
        outcome.tell(landed.folder, Outcome("interrupted", "stopped by a signal while it was loaded"))
        raise
    except SnapshotRefused as error:
        outcome.tell(landed.folder, Outcome("refused", error.reason))
        raise
    except RegistryError as error:
        outcome.tell(landed.folder, Outcome("failed", f"the registry does not load: {in_short(error)}"))
        raise
    except TrackerError as error:
        outcome.tell(landed.folder, Outcome("failed", str(error)))
        raise
    outcome.clear(landed.folder)
