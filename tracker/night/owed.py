"""Is a night owed? The published copy decides: no file beside it can say that a night is missing that readers see."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime

from tracker import landing, store
from tracker.columns import EXPAND
from tracker.errors import SourceError, StoreError
from tracker.landing import LandedRun
from tracker.night.known import nights
from tracker.scope import Scope
from tracker.settings import Settings
from tracker.sources.hub_models import day

log = logging.getLogger(__name__)


def hub_day(settings: Settings) -> date:
    """Return the Hub's own day, UTC; where it cannot be asked, this machine's."""
    try:
        return day.ask(settings).date()
    except SourceError as error:
        log.warning("the Hub could not be asked what day it is: %s", error)
        return datetime.now(UTC).date()


def is_due(settings: Settings, *, scope: Scope, snapshot_date: date) -> bool:
    """Return whether this very night is still owed for this scope: an earlier or a later one says nothing of it."""
    try:
        return all((night.scope, night.snapshot_date) != (str(scope), snapshot_date) for night in nights(settings))
    except StoreError:
        return True


def left_behind(settings: Settings, scope: Scope, snapshot_date: date | None) -> LandedRun | None:
    """Return the day's newest walk where it was landed whole and then, as after a kill, neither loaded nor refused.

    Without a day, the newest of all, where the Hub says that its day is not over or it was begun a few hours ago.
    """
    found = landing.runs(settings.data_dir, snapshot_date=snapshot_date)
    newest = max(found, key=lambda run: run.manifest.age, default=None)
    if newest is None:
        return None
    manifest = newest.manifest
    wanted = ("landed", str(scope), settings.endpoint, EXPAND)
    if (manifest.status, manifest.scope, manifest.endpoint, manifest.expand) != wanted:
        return None
    with store.open_work(settings) as work:
        if work.knows(manifest):
            return None
    if not newest.is_whole:
        log.warning("run %s is landed, but its rows are damaged; walking anew", manifest.run_id)
        return None
    if snapshot_date is None and day.is_over(manifest, day.ask(settings)):
        return None
    log.info("run %s is landed and was not loaded; going on from there", manifest.run_id)
    return newest
