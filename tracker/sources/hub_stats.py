"""The daily archive of the Hub's lists, one commit a day of one file with all models, since July 2024."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.sources.contract import HUB_TOKEN, Cost, Gate, Reach, Revision, Table
from tracker.words import UseRights

if TYPE_CHECKING:
    from tracker.landing import LandedRun
    from tracker.sources.archives.lists import Listed
    from tracker.sources.hub_models.retries import Fetcher

TITLE = "Hub stats, daily lists of models"
URL = "https://huggingface.co/datasets/cfahlgren1/hub-stats"
LICENCE = "Apache-2.0"
ATTRIBUTION = "cfahlgren1, 'hub-stats'"
USE_RIGHTS: UseRights = "rows"
CADENCE = timedelta(days=1)
NEEDS: str | None = HUB_TOKEN
TABLES: Sequence[Table] = ()
GATES: Sequence[Gate] = ()

DATA_SET = "cfahlgren1/hub-stats"
FILE = "models.parquet"


def revisions(reach: Reach) -> Sequence[Revision]:
    """Return the last commit of each day that brought the file, the oldest first."""
    return _listed().revisions(reach)


def fetch(reach: Reach, revision: Revision) -> LandedRun:
    """Land the counters of one day."""
    return _listed().fetch(reach, revision)


def cost(reach: Reach, revision: Revision) -> Cost:
    """Return what fetching one day costs."""
    return _listed().cost(reach, revision)


def describe(reach: Reach, revision: Revision, names: Sequence[str]) -> Path:
    """Return what a revision says of models."""
    return _listed().describe(reach, revision, names)


def renames(reach: Reach) -> Sequence[tuple[date | None, str, str]]:
    """Return nothing: it keeps no list of renames."""
    return ()


def _listed() -> Listed:
    from tracker.sources.archives import history, lists  # the Hub's client takes half a second to import

    def held(fetcher: Fetcher, endpoint: str) -> Iterator[Revision]:
        for commit in history.commits(fetcher, endpoint, DATA_SET):
            if FILE in commit.title.split():
                yield Revision(commit.at.date(), commit.id, FILE, commit.at)

    return lists.Listed("hub_stats", DATA_SET, held)
