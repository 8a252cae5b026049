"""An attempt leaves a trace however it ends: also where it ended before a run was begun, with no page and no file."""

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
    """What was about to be collected, as far as is known; without a day it is ours, UTC."""

    data_dir: Path
    source: str
    endpoint: str = ""
    scope: str = "full"
    snapshot_date: date | None = None


@contextmanager
def traced(attempt: Attempt) -> Iterator[None]:
    """Write a manifest that says how an attempt ended, unless a run of the source says so itself.

    One that finds another at work is none. Nothing is written where a setting makes no sense and there is no folder
    yet, and where the folder cannot be written: then the error under way is all that is told.
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
    """Return whether a trace may be left: not in a copy to ask, nor where a mistake would make a folder."""
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
    """Return what says how runs of the source ended, each with when it was written last."""
    found: set[tuple[str, int]] = set()
    with suppress(OSError):
        for name in _TOLD_IN:
            places = (attempt.data_dir / "landing" / attempt.source).glob(f"*/*/{name}")
            found.update((str(place), place.stat().st_mtime_ns) for place in places)
    return found
