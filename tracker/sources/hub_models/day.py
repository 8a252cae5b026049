"""Which day a walk is booked on: the Hub's own, by the `Date` header of its first answer. Our clock may be wrong.

A walk that passes midnight keeps the day it began on, and so does one that is gone on with soon after.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from tracker.errors import DayRefused
from tracker.landing import Manifest, Walk
from tracker.scope import FULL
from tracker.settings import Settings
from tracker.sources.clock import Clock, SystemClock
from tracker.sources.hub_models.links import first_url
from tracker.sources.hub_models.pacing import Pacer
from tracker.sources.hub_models.retries import Fetcher

SOON = timedelta(hours=6)  # a walk that is gone on with within these keeps its day although midnight has passed

SAME_CLOCK = timedelta(minutes=5)
OLDEST = datetime(2022, 3, 2, tzinfo=UTC)  # the Hub's oldest model: a clock that shows less has never been set


class DayIsOver(Exception):
    """A half walk is of another day than the Hub's now, and too old to be resumed."""


def said_at(headers: Mapping[str, str], ours: datetime) -> datetime:
    """Return when the Hub gave an answer, by its own clock (UTC); by ours where it does not say, or cannot know."""
    try:
        said = parsedate_to_datetime(headers["date"])
        said = (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
    except (KeyError, ValueError, TypeError, OverflowError):
        return ours.astimezone(UTC)
    return said if said >= OLDEST else ours.astimezone(UTC)


def ask(settings: Settings, clock: Clock | None = None) -> datetime:
    """Ask the Hub for one model, and return what time it says it is. Raises SourceError, SourceRefused."""
    clock = clock or SystemClock()
    fetched = Fetcher(settings, clock, Pacer()).page(first_url(settings.endpoint, FULL, (), 1))
    return said_at(fetched.answer.headers, clock.now())


def is_over(walk: Manifest, now: datetime) -> bool:
    """Return whether a walk may no longer be resumed at this time of the Hub: its day has been over for some hours."""
    began = walk.hub_time or walk.started_at
    return began.date() != now.date() and abs(now - began) > SOON


def settle(data_dir: Path, walk: Walk, now: datetime, meant: date | None, *, force: bool) -> None:
    """Book a new walk on its day, or let one that has pages go on; `now` is the Hub's time of the first answer.

    Raises DayRefused where another day is meant than the Hub's, DayIsOver for a half walk of another day.
    """
    if walk.last is None:
        _book(data_dir, walk, now, meant, force)
    elif is_over(walk.manifest, now):
        raise DayIsOver(f"it was begun on {walk.manifest.snapshot_date}, the Hub's day is {now.date()}")


def _replays(walk: Manifest, now: datetime) -> bool:
    """Return whether the Hub is a server on this machine with no clock but ours: it may well serve a day that is over.

    A loopback Hub with a clock of its own is believed as the real one is.
    """
    is_here = urlsplit(walk.endpoint).hostname in ("localhost", "127.0.0.1", "::1")
    return is_here and abs(now - walk.started_at) < SAME_CLOCK


def _book(data_dir: Path, walk: Walk, now: datetime, meant: date | None, force: bool) -> None:
    """Put a new walk under its day: the Hub's, or the one that is meant and forced; refused it is one of the Hub's."""
    hub_day = now.date()
    force = force or (meant is not None and meant < hub_day and _replays(walk.manifest, now))
    walk.book(data_dir, meant if meant and force else hub_day, hub_time=now)
    if meant not in (None, hub_day) and not force:
        raise DayRefused(
            f"--date says {meant}, the Hub says that it is {hub_day} (its Date header, UTC); leave --date away, "
            f"and check this machine's clock. --force books counters of {hub_day} under {meant}, with a remark"
        )
