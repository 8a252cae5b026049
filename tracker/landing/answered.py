"""Clock skew and stale caches: when the pages of a walk were answered, by the Hub's clock and by ours.

A page's headers have the time when it was made (`Date`) and for how long a cache has kept it (`age`). A page made well
before the walk began has another day's counters, and nothing else in it shows that.
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

FRESH = timedelta(hours=1)  # counters change once a day, so a cache of minutes does no harm
FIRST_PAGES = 9  # their median time is the start of a walk, since a few of them may be old


@dataclass(frozen=True)
class Answered:
    """How the pages of a walk were answered.

    `clock_skew_seconds` is how far this machine's clock is ahead of the Hub's; None if no page has the time, or for a
    synthetic Hub, which has a clock of its own. `stale_pages` were made more than an hour before the walk began, the
    oldest of them `stalest_seconds` before; None if no page has the time.
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
    """Return how the pages of a landed walk were answered, from the headers in its journal.

    Raises StoreError if the journal cannot be read.
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
        # a resumed walk has pages of an earlier try, which were fresh when they were fetched
        if began - at > FRESH and (page.kept > FRESH or before - at > FRESH)
    ]
    return Answered(
        pages=len(lines),
        clock_skew_seconds=None if run.manifest.synthetic else round(skew),
        stale_pages=len(late),
        stalest_seconds=round(max(late, default=timedelta()).total_seconds()),
    )


def _came(told: Sequence[_Page]) -> list[datetime]:
    """Return when each page was fetched, by the Hub's clock alone: ours may jump during a walk.

    A cache either keeps `Date` as the page was made, or sets its own time. The nearest page without a cache shows which
    of both; if there is none, our clock does.
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
