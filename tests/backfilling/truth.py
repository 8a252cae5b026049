"""Two years of a few models: what our own night, weekly and daily archives show of them, and what must come of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.store.archived import land_archived
from tests.store.nights import hub_id, land, model
from tracker.landing import LandedRun

TODAY = date(2026, 11, 1)
SINCE_ALL_TIME = TODAY - timedelta(days=600)  # before that day archives have no all-time counters
SOURCES = {"weekly_snapshots": 7, "hub_stats": 1}  # days from one night to the next


@dataclass(frozen=True)
class Life:
    """A model from its first to its last day, under a name until each of some days; the last one has no end."""

    number: int
    born: date
    gone: date | None
    names: tuple[tuple[date, str], ...]

    def is_there(self, day: date) -> bool:
        return self.born <= day and (self.gone is None or day < self.gone)

    def name(self, day: date) -> str:
        return next(name for until, name in self.names if day < until)

    def counters(self, day: date) -> dict[str, int]:
        age = (day - self.born).days
        return {"downloads_30d": self.number + age % 30, "downloads_all_time": age * self.number, "likes": age // 9}


def lives(count: int) -> list[Life]:
    """Return models that are born all along; each fifth is gone again, each seventh is renamed, names are reused."""
    found = []
    for number in range(1, count + 1):
        born = TODAY - timedelta(days=1000 - number * 997 % 990)
        gone = born + timedelta(days=60 + number % 300) if number % 5 == 0 else None
        name = f"p{number % 9}/m{number}" if number % 10 else f"p0/reused-{number // 30}-{number}"
        renamed = born + timedelta(days=90)
        names = ((date.max, name),)
        if number % 7 == 0 and renamed < TODAY and gone is None:
            names = ((renamed, f"old{number % 3}/m{number}"), (date.max, name))
        found.append(Life(number, born, None if gone is None or gone >= TODAY else gone, names))
    return found


def renames(found: list[Life]) -> list[tuple[date | None, str, str]]:
    """Return the list that an archive would keep of them."""
    return [(each.names[0][0], each.names[0][1], each.names[1][1]) for each in found if len(each.names) == 2]


def own(found: list[Life], day: date) -> Iterator[dict[str, Any]]:
    """Yield what our own walk shows on a day."""
    for life in found:
        if life.is_there(day):
            created = datetime.combine(life.born, datetime.min.time(), UTC) + timedelta(seconds=life.number)
            yield model(life.name(day), life.number, created_at=created, **life.counters(day))


def archived(found: list[Life], day: date) -> Iterator[dict[str, Any]]:
    """Yield what an archive shows on a day."""
    for life in found:
        if life.is_there(day):
            created = datetime.combine(life.born, datetime.min.time()) + timedelta(seconds=life.number)
            counters: dict[str, Any] = life.counters(day)
            if day < SINCE_ALL_TIME:
                counters["downloads_all_time"] = None
            yield {"model_id": life.name(day), "hub_id": None, "created_at": created, **counters}


def days(source: str, count: int) -> list[date]:
    """Return the days of an archive's nights, oldest first."""
    return [TODAY - timedelta(days=SOURCES[source] * back) for back in range(count, 0, -1)]


def land_all(data_dir: Path, found: list[Life], *, weekly: int, daily: int) -> LandedRun:
    """Land so many nights of each archive; return our own one night, which is landed too."""
    for source, count in (("weekly_snapshots", weekly), ("hub_stats", daily)):
        for day in days(source, count):
            rows = archived(found, day)
            land_archived(data_dir, day, rows, source=source)
    return land(data_dir, TODAY, own(found, TODAY))


def expected(found: list[Life], day: date) -> list[tuple[Any, ...]]:
    """Return what the record must hold of a day: model by its Hub id (None: no night of ours has it), counters."""
    has_all_time = day >= SINCE_ALL_TIME
    rows = [
        (
            hub_id(life.number) if life.is_there(TODAY) else None,
            life.counters(day)["downloads_30d"],
            life.counters(day)["downloads_all_time"] if has_all_time else None,
            life.counters(day)["likes"],
        )
        for life in found
        if life.is_there(day)
    ]
    return sorted(rows, key=str)
