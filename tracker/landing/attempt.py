"""Record how each attempt to collect ended, even if it failed before a run was begun, without any page or file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from tracker import files
from tracker.errors import Busy, SettingsError, StoreError
from tracker.landing import outcome
from tracker.landing.manifest import Manifest, run_id
from tracker.landing.written import WrittenRun, folder_of

_TOLD_IN = ("manifest.json", outcome.NAME)


@dataclass(frozen=True)
class Attempt:
    """What was to be collected, as far as is known; the day defaults to the present UTC day."""

    data_dir: Path
    source: str
    endpoint: str = ""
    scope: str = "full"
    snapshot_date: date | None = None


@contextmanager
def traced(attempt: Attempt) -> Iterator[None]:
    """Write a manifest with the error that ended an attempt, unless a run of the source recorded it itself.

    Busy is not recorded, since another run is at work. Nothing is written for a wrong setting if the folder does not
    exist, or if the folder cannot be written: then only the error itself is raised.
    """
    began = datetime.now(UTC)
    before = _last_told(attempt)
    try:
        yield
    except Busy:
        raise
    except (Exception, KeyboardInterrupt) as error:
        with suppress(StoreError, OSError):
            if _last_told(attempt) == before and _has_place(attempt.data_dir, error):
                _leave(attempt, began, error)
        raise


def _has_place(data_dir: Path, error: BaseException) -> bool:
    """Return whether a manifest may be written: not into an export, nor if a wrong setting would create the folder."""
    return not files.is_copy(data_dir) and (data_dir.is_dir() or not isinstance(error, SettingsError))


def _leave(attempt: Attempt, began: datetime, error: BaseException) -> None:
    end = outcome.of(error)
    manifest = Manifest(
        run_id=run_id(began, os.urandom(8)),
        source=attempt.source,
        endpoint=attempt.endpoint,
        scope=attempt.scope,
        snapshot_date=attempt.snapshot_date or began.date(),
        started_at=began,
    )
    run = WrittenRun(folder_of(attempt.data_dir, manifest), manifest)
    run.note(status=end.status, reason=end.reason, finished_at=datetime.now(UTC))


def _last_told(attempt: Attempt) -> set[tuple[str, int]]:
    """Return the manifests and outcomes of the source's runs, each with the time of its last write."""
    found: set[tuple[str, int]] = set()
    with suppress(OSError):
        for name in _TOLD_IN:
            places = (attempt.data_dir / "landing" / attempt.source).glob(f"*/*/{name}")
            found.update((str(place), place.stat().st_mtime_ns) for place in places)
    return found
