"""Is a night owed? The published copy decides: no file beside it can say that a night is missing that readers see.

A night waits for the hour after the Hub's daily refresh, by the Hub's own clock: whatever starts it, and in whichever
time zone, may start it every hour.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime

from tracker import landing, lock, store
from tracker.columns import EXPAND
from tracker.errors import Busy, SourceError, StoreError
from tracker.landing import LandedRun, Manifest
from tracker.night.known import DAY, Night, nights
from tracker.night.ready import require_ready
from tracker.scope import Scope
from tracker.settings import Settings
from tracker.sources.clock import Clock, SystemClock
from tracker.sources.hub_models import day
from tracker.sources.hub_models.resume import is_unfinished
from tracker.words import DUE_HOUR, NOT_DUE

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Due:
    """What a start may do: collect this day, of None the Hub's own; or nothing, and why."""

    snapshot_date: date | None
    why_not: str | None = None


def due(settings: Settings, *, scope: Scope, meant: date | None = None, clock: Clock | None = None) -> Due:
    """Return what is owed: the day that is meant, else the Hub's own where its counters are refreshed.

    A night that was collected earlier on its day than that has the counters of the day before, and is owed still.
    """
    with suppress(Busy), lock.hold(settings.data_dir):  # a run that is at work has looked at it
        require_ready(settings, scope)
    if meant is not None:
        there = not is_due(settings, scope=scope, snapshot_date=meant)
        return Due(meant, f"{meant} is collected; nothing to do" if there else None)
    now = _hub_time(settings, clock or SystemClock())
    if now.hour < DUE_HOUR:
        yesterday = now.date() - DAY
        goes_on = _goes_on(settings, scope, yesterday, now)
        return Due(yesterday) if goes_on else Due(None, f"{NOT_DUE}; the Hub says that it is {now:%H:%M}")
    found = _night(settings, scope, now.date())
    if found is None or _is_early(settings, found):
        return Due(None)
    return Due(None, f"{now.date()} is collected; nothing to do, for that is the Hub's day")


def is_due(settings: Settings, *, scope: Scope, snapshot_date: date) -> bool:
    """Return whether this very night is still owed for this scope: an earlier or a later one says nothing of it."""
    return _night(settings, scope, snapshot_date) is None


def left_behind(settings: Settings, scope: Scope, snapshot_date: date | None) -> LandedRun | None:
    """Return the day's newest walk where it was landed whole and then, as after a kill, neither loaded nor refused.

    Without a day, the newest of all, where the Hub says that its day is not over or it was begun a few hours ago.
    """
    found = landing.runs(settings.data_dir, snapshot_date=snapshot_date)
    walks = [run for run in found if run.manifest.status == "landed" or run.journal_path.is_file()]
    newest = max(walks, key=lambda run: run.manifest.age, default=None)
    if newest is None or newest.manifest.status != "landed" or not _is_asked(newest.manifest, settings, scope):
        return None
    with store.open_work(settings) as work:
        if work.knows(newest.manifest):
            return None
    if not newest.is_whole:
        log.warning("run %s is landed, but its rows are damaged; the night is collected again", newest.manifest.run_id)
        return None
    if snapshot_date is None and day.is_over(newest.manifest, day.ask(settings)):
        return None
    log.info("run %s is landed and was not loaded; going on from there", newest.manifest.run_id)
    return newest


def _hub_time(settings: Settings, clock: Clock) -> datetime:
    """Return what time the Hub says it is, UTC; where it cannot be asked, our own clock's."""
    try:
        return day.ask(settings, clock)
    except SourceError as error:
        log.warning("the Hub could not be asked what day it is: %s", error)
        return clock.now().astimezone(UTC)


def _night(settings: Settings, scope: Scope, snapshot_date: date) -> Night | None:
    try:
        found = [each for each in nights(settings) if (each.scope, each.snapshot_date) == (str(scope), snapshot_date)]
    except StoreError:
        return None
    return found[-1] if found else None


def _is_early(settings: Settings, night: Night) -> bool:
    """Return whether a night was begun before the refresh of its own day, as far as its landing still tells."""
    found = landing.runs(settings.data_dir, snapshot_date=night.snapshot_date)
    began = [run.manifest.hub_time for run in found if run.manifest.run_id == night.run_id]
    return any(at is not None and at.date() == night.snapshot_date and at.hour < DUE_HOUR for at in began)


def _goes_on(settings: Settings, scope: Scope, yesterday: date, now: datetime) -> bool:
    """Return whether yesterday's night is owed, and what was begun of it may be resumed: no run is in progress."""
    if lock.is_held(settings.data_dir) or not is_due(settings, scope=scope, snapshot_date=yesterday):
        return False
    begun = [run for run in landing.runs(settings.data_dir, snapshot_date=yesterday) if _has_pages(run)]
    if any(_is_asked(run.manifest, settings, scope) and not day.is_over(run.manifest, now) for run in begun):
        return True
    landed = left_behind(settings, scope, yesterday)
    return landed is not None and not day.is_over(landed.manifest, now)


def _has_pages(run: LandedRun) -> bool:
    return is_unfinished(run) and bool(landing.whole_lines(run.folder))


def _is_asked(manifest: Manifest, settings: Settings, scope: Scope) -> bool:
    """Return whether a walk asks what would be asked now."""
    return (manifest.scope, manifest.endpoint, manifest.expand) == (str(scope), settings.endpoint, EXPAND)
