"""When the pages of a walk were answered, by the Hub's clock and by ours: a clock that is off, a cache that is stale.

A page says when it was made (`Date`) and for how long a cache before the Hub has kept it (`age`). What was made before
the walk began is of another day's counters, however fresh the walk looks: nothing else in it tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median

from tracker import disk
from tracker.landing.journal import PageLine, read_journal
from tracker.landing.runs import LandedRun

FRESH = timedelta(hours=1)  # counters move once a day, so that a cache of minutes does no harm


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
    made: datetime
    kept: timedelta
    fetched: datetime

    @property
    def skew(self) -> timedelta:
        """How far our clock was ahead of the Hub's; some caches put their own time into `Date` beside an `age`."""
        return min(self.fetched - self.made - self.kept, self.fetched - self.made, key=abs)


def answered(run: LandedRun) -> Answered:
    """Return how the pages of a landed walk were answered, by the headers that its journal keeps.

    Raises StoreError where the journal cannot be read.
    """
    with disk.explained(f"cannot read {run.journal_path}"):
        lines = read_journal(run.folder)
    told = [page for line in lines if (page := _page(line)) is not None]
    if not told:
        return Answered(len(lines))
    skew = timedelta(seconds=median(page.skew.total_seconds() for page in told))
    began = _began(run, skew)
    late = [began - made for made in (_made(page, skew) for page in told) if began - made > FRESH]
    return Answered(
        pages=len(lines),
        clock_skew_seconds=None if run.manifest.synthetic else round(skew.total_seconds()),
        stale_pages=len(late),
        stalest_seconds=round(max(late, default=timedelta()).total_seconds()),
    )


def _began(run: LandedRun, skew: timedelta) -> datetime:
    """Return when the walk began by the Hub's clock; one that is made up may run faster than ours."""
    if run.manifest.synthetic and run.manifest.hub_time:
        return run.manifest.hub_time
    return run.manifest.started_at - skew


def _made(page: _Page, skew: timedelta) -> datetime:
    """Return when a page was made, by the Hub's clock."""
    return min(page.made, page.fetched - skew - page.kept) if page.kept else page.made


def _page(line: PageLine) -> _Page | None:
    try:
        made = parsedate_to_datetime(line.headers["date"])
        age = line.headers.get("age", "").strip()
        return _Page(
            (made if made.tzinfo else made.replace(tzinfo=UTC)).astimezone(UTC),
            timedelta(seconds=int(age) if age.isascii() and age.isdigit() else 0),
            datetime.fromisoformat(line.fetched_at).astimezone(UTC),
        )
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
