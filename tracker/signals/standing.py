"""How each source is: when it ran, how that ended, when it is due again. Read from manifests and the published copy."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from tracker import lock, sources, store
from tracker.errors import StoreError
from tracker.landing import Manifest, outcome, runs
from tracker.settings import Settings
from tracker.signals import collecting
from tracker.sources import HUB_TOKEN, About, Source, address_of, is_archive, is_signal, name_of

HOUR = timedelta(hours=1)
RETRIED_AFTER = 8  # a source that failed is asked again after this part of its cadence, an hour at the soonest
OVERDUE_AFTER = 2  # cadences without a success

_SUCCESSES = "select source, max(finished_at) as last_success from runs where status = 'published' group by source"

SCHEMA: Mapping[str, Any] = {
    "source": pl.String,
    "title": pl.String,
    "licence": pl.String,
    "attribution": pl.String,
    "use_rights": pl.String,
    "address": pl.String,
    "status": pl.String,
    "last_run": pl.Datetime("us", "UTC"),
    "last_success": pl.Datetime("us", "UTC"),
    "age_hours": pl.Float64,
    "next_due": pl.Datetime("us", "UTC"),
    "reason": pl.String,
}


@dataclass(frozen=True)
class State:
    """One source: its newest run, the end of its newest success, and when it is due; None where there is none."""

    source: About
    last_run: Manifest | None
    last_success: datetime | None
    next_due: datetime | None
    missing_key: str | None  # name of the environment variable that it needs and that is not set

    @property
    def status(self) -> str:
        """How its newest run ended: as in `runs`, or `never`."""
        return self.last_run.status if self.last_run else "never"

    @property
    def reason(self) -> str | None:
        """Why its newest run was refused or failed, or what it needs to run at all."""
        if self.missing_key:
            return f"needs a key: set {self.missing_key} in the environment"
        return self.last_run.reason if self.last_run else None

    def is_overdue(self, now: datetime) -> bool:
        """Whether it had successes and its last one is long ago."""
        return (
            self.last_success is not None
            and not is_archive(self.source)  # the past is taken once
            and now - self.last_success > OVERDUE_AFTER * self.source.CADENCE
        )

    def line(self, now: datetime) -> str:
        """Return the state in one line, for people."""
        said = [self.status]
        if self.last_success:
            said.append(f"last success {_age(self.last_success, now)}")
        if self.next_due:
            said.append(f"due {self.next_due:%Y-%m-%d %H:%M} UTC")
        said += [f"use rights {self.source.USE_RIGHTS}", *filter(None, [self.reason])]
        return "; ".join(said)


def _age(moment: datetime, now: datetime) -> str:
    """Return how long ago it was; one of a run under a clock that was wrong may lie ahead."""
    if moment > now + HOUR:
        return f"{moment:%Y-%m-%d %H:%M} UTC, ahead of this clock"
    return f"{max(now - moment, timedelta(0)) / HOUR:,.0f} h ago"


def states(settings: Settings) -> list[State]:
    """Return the state of every source, by name."""
    published = _successes(settings)
    return [_state(settings, source, published) for source in sources.found().all]


def table(settings: Settings, now: datetime) -> pl.DataFrame:
    """Return one row per source: what it is, what may leave, its last run and success, its age, when it is due."""
    rows = [
        (
            *(name_of(each.source), each.source.TITLE, each.source.LICENCE, each.source.ATTRIBUTION),
            *(each.source.USE_RIGHTS, address_of(settings, each.source), each.status),
            *(each.last_run.started_at if each.last_run else None, each.last_success),
            *((now - each.last_success) / HOUR if each.last_success else None, each.next_due, each.reason),
        )
        for each in states(settings)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def is_due(settings: Settings, source: Source, now: datetime) -> bool:
    """Return whether a source has to be asked; never where the key that it needs is not set.

    A run that lies ahead was begun under a clock that was wrong, and says nothing of when to ask again.
    """
    state = _state(settings, source, {}, until=now + HOUR)
    return state.missing_key is None and (state.next_due is None or state.next_due <= now)


def due(settings: Settings, now: datetime) -> Sequence[str]:
    """Return the names of the sources beside the Hub's night that have something to do now; none without a folder."""
    if not os.path.lexists(settings.data_dir):
        return []
    signals = [source for source in sources.found().sources.values() if is_signal(source)]
    return [
        name_of(source)
        for source in signals
        if is_due(settings, source, now) or not collecting.is_settled(settings, source)
    ]


def collect_if_due(settings: Settings, source: Source, now: datetime) -> bool:
    """Ask a source where it is due, else tell the database what it does not know yet; return whether either was due."""
    if is_due(settings, source, now):
        collecting.collect(settings, source)
        return True
    if collecting.is_settled(settings, source):
        return False
    collecting.settle(settings, source)
    return True


def _state(settings: Settings, source: About, published: dict[str, datetime], until: datetime | None = None) -> State:
    name = name_of(source)
    is_alone = is_signal(source) or is_archive(source)  # at work under a lock of its own
    held = lock.is_held(settings.data_dir / "landing" / name if is_alone else settings.data_dir)
    manifests = (outcome.as_it_stands(run, is_alive=held) for run in runs(settings.data_dir, name))
    found = sorted((each for each in manifests if until is None or each.started_at <= until), key=lambda each: each.age)
    landed = [manifest for manifest in found if manifest.status == "landed"]
    success = landed[-1].finished_at if landed else None
    key = source.NEEDS if source.NEEDS != HUB_TOKEN else None
    return State(
        source=source,
        last_run=found[-1] if found else None,
        # a night of the Hub that landed may still have been refused: what is published tells
        last_success=success if is_alone else published.get(name),
        next_due=_next_due(source, found, landed) if found and not is_archive(source) else None,
        missing_key=key if key and not os.environ.get(key, "").strip() else None,
    )


def _next_due(source: About, tried: Sequence[Manifest], landed: Sequence[Manifest]) -> datetime:
    """Return when to ask again: a cadence after the success, or a part of one after a failure.

    Hours count, not minutes: a job that runs every hour must not slip by one a day.
    """
    last = tried[-1]
    due = _hour(landed[-1].started_at) + source.CADENCE if landed else _hour(last.started_at)
    if last.status == "landed":
        return due
    return max(due, _hour(last.started_at) + max(HOUR, source.CADENCE / RETRIED_AFTER))


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _successes(settings: Settings) -> dict[str, datetime]:
    try:
        with store.open_published(settings.data_dir) as published:
            return dict(published.query(_SUCCESSES).iter_rows())
    except StoreError:  # nothing is published yet, or `doctor` says what is wrong
        return {}
