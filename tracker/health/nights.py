"""The nights that a folder has for the scope it is kept for: the newest, and which are owed since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.errors import NothingPublished
from tracker.night import known
from tracker.night.known import DAY, Night
from tracker.settings import Settings


@dataclass(frozen=True)
class Nights:
    """The nights of the scope that the folder is kept for, oldest first, up to today; `ahead` lie after it."""

    scope: str
    nights: tuple[Night, ...]
    ahead: tuple[Night, ...]
    now: datetime

    @property
    def newest(self) -> Night | None:
        """The newest night that today can have."""
        return self.nights[-1] if self.nights else None

    @property
    def owed(self) -> list[date]:
        """The days after the newest night, today's included; none before the first night, nor of a made-up Hub."""
        newest = self.newest
        if newest is None or newest.synthetic:
            return []
        days = (self.now.date() - newest.snapshot_date).days
        return [newest.snapshot_date + back * DAY for back in range(1, days + 1)]


def nights(settings: Settings, now: datetime) -> Nights:
    """Return the nights of the scope that is set, or else that the folder is kept for: the whole Hub where it has any.

    A night may be a day ahead of our clock, no more.
    """
    found = _found(settings)
    scopes = [night.scope for night in found]
    kept_for = "full" if "full" in scopes or not scopes else scopes[-1]
    scope = settings.scope if "scope" in settings.origins else kept_for
    latest = now.date() + DAY
    return Nights(
        scope=scope,
        nights=tuple(night for night in found if night.scope == scope and _is_now(night, latest)),
        ahead=tuple(night for night in found if not _is_now(night, latest)),
        now=now,
    )


def _is_now(night: Night, latest: date) -> bool:
    return night.synthetic or night.snapshot_date <= latest


def _found(settings: Settings) -> list[Night]:
    try:
        return known.nights(settings)
    except NothingPublished:
        return []
