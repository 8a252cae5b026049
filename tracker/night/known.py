"""The nights that readers have, of every scope: as the manifest of the published generation names them.

A night is as old as its day, however late it was loaded. Nights of a made-up Hub follow its own calendar, whose
present day nobody knows: they are as old as their run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tracker import store
from tracker.settings import Settings

DAY = timedelta(days=1)

_RUNS = """
select run_id, snapshot_date, scope, finished_at, synthetic
from runs
where source = 'hub_models' and status = 'published'
order by snapshot_date, started_at, run_id
"""


@dataclass(frozen=True)
class Night:
    """One night of one scope, which run it is of, and when its walk ended."""

    run_id: str
    snapshot_date: date
    scope: str
    finished_at: datetime | None
    synthetic: bool

    def age(self, now: datetime) -> timedelta:
        """Return how long ago it was collected, by its own day: a clock that was wrong makes it no younger."""
        if self.synthetic:
            return now - (self.finished_at or now)
        begin = datetime.combine(self.snapshot_date, time(), UTC)
        return now - min(max(begin, self.finished_at or begin + DAY), begin + DAY)


def nights(settings: Settings) -> list[Night]:
    """Return every night of the Hub that is published, oldest first. Raises StoreError where none can be read."""
    with store.open_published(settings.data_dir) as published:
        named = store.nights_of(settings.data_dir, published.facts().generation)
        return [
            Night(run_id, day, scope, ended and ended.astimezone(UTC), synthetic)
            for run_id, day, scope, ended, synthetic in published.query(_RUNS).iter_rows()
            if named is None or run_id in named
        ]
