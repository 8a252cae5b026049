"""Load what an archive's source has landed, in pieces that each hold the folder's lock for seconds."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from tracker import lock, pipeline, store
from tracker.errors import StoreError
from tracker.landing import LandedRun, Manifest
from tracker.night.curated import curated
from tracker.registry import Registry
from tracker.settings import Settings

PIECE_SECONDS = 2.0  # after which the lock is let go of, for whoever waits
NIGHTS_OF_A_PIECE = 25  # whose rollups are made, or that are forgotten to be owed, while the lock is held once

log = logging.getLogger(__name__)


@contextmanager
def open_folder(settings: Settings, renames: Sequence[store.Rename] = ()) -> Iterator[Folder]:
    """Open a data folder for a backfill. Another one is held off; the nightly job, and whatever writes, goes first.

    `renames`: the archive's own list, day (None: not known), name before and name after. Raises Busy where another
    backfill is under way, and RegistryError where the registry does not load and never did here.
    """
    with lock.in_pieces(settings.data_dir) as pieces:
        with pieces.hold(), store.open_work(settings) as work:
            known = curated(settings, work)[0]
        yield Folder(settings, pieces, known, store.OtherNames(renames, _moved(known)))


class Folder:
    """A data folder under backfill. Each call holds the lock once, but for `publish`, which does so for each part."""

    def __init__(self, settings: Settings, pieces: lock.Pieces, known: Registry, names: store.OtherNames) -> None:
        self._settings = settings
        self._pieces = pieces
        self._known = known
        self._names = names

    def newest_own(self) -> date | None:
        """Return the day of our own newest night: a backfill reaches up to the day before. None where there is none."""
        with self._work() as work:
            return work.newest_own()

    def loaded(self, source: str) -> set[date]:
        """Return the days that are loaded from a source."""
        with self._work() as work:
            return {run.snapshot_date for run in work.recorded_runs() if run.source == source}

    def load(self, landed: Sequence[LandedRun]) -> list[store.Backfilled]:
        """Load landed nights; their counters stand in the record then, and go from landing/.

        Raises StoreError for a night that cannot be loaded; those before it are. One that is loaded already changes
        nothing.
        """
        with self._work() as work:
            try:
                done = self._load(work, landed)
            except StoreError:
                if len(landed) == 1:
                    raise
                done = [each for run in landed for each in self._load(work, [run])]
        return done

    def _load(self, work: store.Work, landed: Sequence[LandedRun]) -> list[store.Backfilled]:
        done = work.load_archived(landed, self._names)
        for run in landed:
            (run.folder / store.COUNTERS).unlink(missing_ok=True)
        return done

    def note(self, manifest: Manifest) -> None:
        """Note a run that ended otherwise than loaded: refused, failed or interrupted, and why."""
        with self._work() as work:
            work.note_run(manifest, manifest.status, manifest.reason)

    def give_reason(self, reason: str | None) -> None:
        """Keep what is to be told with the figures that this restates."""
        with self._work() as work:
            work.give_reason(reason)

    def undescribed(self) -> list[store.Undescribed]:
        """Return the models that no night of ours has and that are not described yet, by the night to ask."""
        with self._work() as work:
            return work.undescribed()

    def describe(self, owed: store.Undescribed, path: Path) -> int:
        """Note what a night of an archive says of the models that are owed; return how many it describes."""
        with self._work() as work:
            return work.describe(owed.source, owed.snapshot_date, owed.names, path)

    def publish(self) -> Path:
        """Resolve lineage, make the rollups that are owed and close months, in pieces; then publish."""
        with self._work() as work:
            pipeline.trace(work, self._known, most=NIGHTS_OF_A_PIECE)
        while self._has_more():
            log.info("rollups and months are made in pieces of a few seconds")
        # what ended in landing/ stays there: by its manifests a later backfill knows what was judged, and how
        with self._work() as work:
            return pipeline.show(self._settings, work)

    def owes_publish(self) -> bool:
        """Return whether something is loaded that no copy shows, as after a kill."""
        with self._work() as work:
            return work.owes_publish()

    def _has_more(self) -> bool:
        until = time.monotonic() + PIECE_SECONDS
        with self._work() as work:
            while work.make_some(NIGHTS_OF_A_PIECE):
                if time.monotonic() > until:
                    return True
        return False

    @contextmanager
    def _work(self) -> Iterator[store.Work]:
        with self._pieces.hold(), store.open_work(self._settings) as work:
            yield work


def _moved(known: Registry) -> dict[str, tuple[str, date | None]]:
    """Return former namespaces, in lower case, with the present one and the last day of the former."""
    return {former: (present, known.freed.get(former)) for former, present in known.present_names.items()}
