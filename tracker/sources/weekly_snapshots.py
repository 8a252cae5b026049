"""Weekly copies of the daily archive, a file a week under the day on which the week begins, since July 2024.

What a file tells of is no day of its folder: it is the last state of the daily archive before the week was over. Nor
need it be that of its commit, for old weeks were put into one commit at once. Such a file is dated by its newest model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.sources.contract import HUB_TOKEN, Cost, Gate, Reach, Revision, Table
from tracker.words import UseRights

if TYPE_CHECKING:
    from tracker.landing import LandedRun
    from tracker.sources.archives.history import Commit
    from tracker.sources.archives.lists import Listed
    from tracker.sources.hub_models.retries import Fetcher

TITLE = "Hub weekly snapshots"
URL = "https://huggingface.co/datasets/hfmlsoc/hub_weekly_snapshots"
LICENCE = "ODbL-1.0"
ATTRIBUTION = "Hugging Face ML & Society team, 'Hub weekly snapshots', made available under the ODbL"
USE_RIGHTS: UseRights = "share-alike"
CADENCE = timedelta(days=7)
NEEDS: str | None = HUB_TOKEN
TABLES: Sequence[Table] = ()
GATES: Sequence[Gate] = ()

DATA_SET = "hfmlsoc/hub_weekly_snapshots"
PATH = re.compile(r"models/(\d{4}-\d{2}-\d{2})/models\.parquet")
SOON = timedelta(days=14)  # after a week begins: a commit that comes later brought an old file
LAST_OF_WEEK = timedelta(days=6)


def revisions(reach: Reach) -> Sequence[Revision]:
    """Return the weeks, the oldest first."""
    return _listed().revisions(reach)


def fetch(reach: Reach, revision: Revision) -> LandedRun:
    """Land the counters of one week's day."""
    return _listed().fetch(reach, revision)


def cost(reach: Reach, revision: Revision) -> Cost:
    """Return what fetching one week costs."""
    return _listed().cost(reach, revision)


def describe(reach: Reach, revision: Revision, names: Sequence[str]) -> Path:
    """Return what a revision says of models."""
    return _listed().describe(reach, revision, names)


def renames(reach: Reach) -> Sequence[tuple[date | None, str, str]]:
    """Return nothing: it keeps no list of renames."""
    return ()


def of_week(path: str, commit: Commit) -> Revision | None:
    """Return the revision that a file is, by the commit that brought it; None for a file that is no week's."""
    found = PATH.fullmatch(path)
    if found is None:
        return None
    try:
        begins = date.fromisoformat(found[1])
    except ValueError:
        return None
    day = commit.at.date()
    if begins <= day <= begins + SOON:
        return Revision(day, commit.id, path, commit.at)
    return Revision(min(begins + LAST_OF_WEEK, day), commit.id, path, commit.at, is_certain=False)


def _listed() -> Listed:
    from tracker.sources.archives import history, lists  # the Hub's client takes half a second to import

    def held(fetcher: Fetcher, endpoint: str) -> Iterator[Revision]:
        for path, commit in history.brought(fetcher, endpoint, DATA_SET, "models", PATH):
            revision = of_week(path, commit)
            if revision is not None:
                yield revision

    return lists.Listed("weekly_snapshots", DATA_SET, held)
