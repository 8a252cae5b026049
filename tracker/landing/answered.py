"""When the pages of a walk were answered, by the Hub's clock and by ours: a clock that is off, a cache that is stale.

A page says when it was made (`Date`) and for how long a cache before the Hub has kept it (`age`). What was made before
the walk began is of another day's counters, however fresh the walk looks: nothing else in it tells.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import accumulate
from statistics import median

from tracker import disk
from tracker.landing.journal import PageLine, read_journal
from tracker.landing.runs import LandedRun

FRESH = timedelta(hours=1)  # counters move once a day, so that a cache of minutes does no harm
FIRST_PAGES = 9  # tell when a walk began: a few of them may be old


@dataclass(frozen=True)
class Answered:
    """How the pages of a walk were answered.

    `clock_skew_seconds` is how far this machine's clock is ahead of the Hub's; None where no page told the time, or
    the Hub is made up and has a clock of its own. `stale_pages` were made more than an hour before the walk began, the
    oldest of them `stalest_seconds` before; None where no page told.
    """

    pages: int
    clock_skew_seconds: float | None = None
    stale_pages: int | None = None
    stalest_seconds: float | None = None


@dataclass(frozen=True)
class _Page:
    said: datetime  # its `Date`
    kept: timedelta  # its `age`
    fetched: datetime  # by this machine's clock


def answered(run: LandedRun) -> Answered:
    """Return how the pages of a landed walk were answered, by the headers that its journal keeps.

    Raises StoreError where the journal cannot be read.
    """
    with disk.explained(f"cannot read {run.journal_path}"):
        lines = read_journal(run.folder)
    told = [page for line in lines if (page := _page(line)) is not None]
    if not told:
        return Answered(len(lines))
    came = _came(told)
    began = sorted(came[:FIRST_PAGES])[len(came[:FIRST_PAGES]) // 2]
    skew = median((page.fetched - at).total_seconds() for page, at in zip(told, came, strict=True))
    made = [at - page.kept for page, at in zip(told, came, strict=True)]
    newest = [datetime.min.replace(tzinfo=UTC), *accumulate(made, max)]  # before each page
    late = [
        began - at
        for page, at, before in zip(told, made, newest, strict=False)
        # a walk that is gone on with has pages of an earlier try: old now, but not when they came
        if began - at > FRESH and (page.kept > FRESH or before - at > FRESH)
    ]
    return Answered(
        pages=len(lines),
        clock_skew_seconds=None if run.manifest.synthetic else round(skew),
        stale_pages=len(late),
        stalest_seconds=round(max(late, default=timedelta()).total_seconds()),
    )


def _came(told: Sequence[_Page]) -> list[datetime]:
    """Return when each page came, by the Hub's clock alone: ours may jump while a walk is under way.

    A cache leaves `Date` as it was when the page was made, or puts its own time there; which of both is told by the
    pages around that no cache had, and where there are none by our clock.
    """
    sure = [at for at, page in enumerate(told) if not page.kept]
    found = []
    for at, page in enumerate(told):
        place = bisect_left(sure, at)
        near = min(sure[max(0, place - 1) : place + 1], key=lambda other: abs(other - at), default=None)
        about = page.fetched if near is None else told[near].said
        found.append(min(page.said, page.said + page.kept, key=lambda now: abs(now - about)))
    return found


def _page(line: PageLine) -> _Page | None:
    try:
        said = parsedate_to_datetime(line.headers["date"])
        age = line.headers.get("age", "").strip()
        return _Page(
            (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC),
            timedelta(seconds=int(age) if age.isascii() and age.isdigit() else 0),
            datetime.fromisoformat(line.fetched_at).astimezone(UTC),
        )
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
