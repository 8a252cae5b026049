"""Runs of an archive: one folder a revision, its counters and its manifest; what was refused leaves its reason."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker import files, landing
from tracker.errors import Interrupted, SnapshotRefused, SourceError, StoreError, TrackerError
from tracker.landing import LandedRun, Manifest, RawFile
from tracker.landing.written import WrittenRun, folder_of, writing
from tracker.sources.archives.rows.counters import Counted
from tracker.sources.contract import COUNTERS, Reach, Revision


@dataclass(frozen=True)
class Fetched:
    """Where a file of counters came from, and what fetching it cost."""

    url: str
    etag: str | None
    costs: dict[str, int]  # as the manifest names them
    synthetic: bool = False


@contextmanager
def landing_of(reach: Reach, source: str, revision: Revision, scope: str = "full") -> Iterator[WrittenRun]:
    """Yield the run that a revision is landed in; whatever happens stands in its manifest."""
    now = reach.clock.now()
    manifest = Manifest(
        run_id=landing.run_id(now, os.urandom(8)),
        source=source,
        endpoint=str(reach.local) if reach.local else reach.settings.endpoint,
        scope=scope,
        snapshot_date=revision.day,
        started_at=now,
        commit=revision.commit,
        path=revision.path,
        committed_at=revision.committed_at,
    )
    run = WrittenRun(folder_of(reach.settings.data_dir, manifest), manifest)
    run.note()
    try:
        yield run
    except (KeyboardInterrupt, Interrupted):
        _end(run, reach, "interrupted", "stopped by a signal")
        raise
    except SnapshotRefused as error:
        _end(run, reach, "refused", error.reason)
        raise
    except TrackerError as error:
        _end(run, reach, "failed", str(error))
        raise
    except Exception as error:
        reason = f"{source} {revision.day} failed: {type(error).__name__}: {error}"
        _end(run, reach, "failed", reason)
        raise SourceError(f"{reason}; look at {run.folder}") from error


@contextmanager
def aside() -> Iterator[Path]:
    """Yield an empty folder of the system's, for footers and small files: whoever asks for these may hold no lock."""
    with tempfile.TemporaryDirectory(prefix="tracker-archive-") as place:
        yield Path(place)


@contextmanager
def temporary(reach: Reach, source: str) -> Iterator[Path]:
    """Yield an empty folder for what is fetched of one revision; what a kill left in it goes with the next.

    The caller holds the source's lock. It is no scratch of the data folder: the nightly job clears that.
    """
    place = reach.settings.data_dir / "landing" / source / "fetch.tmp"
    with writing(place):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def finish(run: WrittenRun, reach: Reach, counted: Counted, fetched: Fetched) -> LandedRun:
    """Complete the manifest of a run whose counters are written: nothing is landed before this."""
    path = run.folder / COUNTERS
    with writing(path):
        files.sync(path)
        files.sync_folder(run.folder)
    size = path.stat().st_size
    return run.note(
        status="landed",
        finished_at=reach.clock.now(),
        models=counted.rows,
        rows=counted.rows,
        duplicates=counted.duplicates,
        set_aside=counted.nameless,
        quarantined=counted.nameless + counted.unreadable,
        private=counted.private,
        bytes_parquet=size,
        synthetic=fetched.synthetic,
        files=(RawFile(COUNTERS, fetched.url, files.sha256(path), size, fetched.etag),),
        last_page_seen=True,
        sums={"downloads": counted.downloads, "likes": counted.likes},
        **fetched.costs,
    )


def _end(run: WrittenRun, reach: Reach, status: str, reason: str) -> None:
    (run.folder / COUNTERS).unlink(missing_ok=True)
    changes: dict[str, Any] = {"status": status, "reason": reason, "finished_at": reach.clock.now()}
    with suppress(StoreError):  # a full disk: the error under way says so
        run.note(**changes)
