"""The order in which nights are loaded again, and the rollups that are rebuilt after each.

A rollup keeps the lineage of the moment at which it was made: that of its night, or of a later one if all nights were
restated. It is rebuilt at the same moment, or at the one before if the run of that moment is removed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.sql.connect import Connection, rows
from tracker.store.load.succession import rank


@dataclass(frozen=True)
class RecordedRun:
    """A run of the record, with its place in the order of loading and its files relative to the data folder."""

    run_id: str
    snapshot_date: date
    source: str
    scope: str
    loaded: int
    reloaded: int | None  # its later place, if it was loaded again after others
    models: int
    file: str
    described_file: str | None  # None for nights of an earlier version, without descriptions

    @property
    def last(self) -> int:
        """The place at which it was loaded last."""
        return self.reloaded or self.loaded


@dataclass(frozen=True)
class Rollup:
    """The rollup of a day: the registry that it was made with, and the last run that was loaded then.

    Its flow is made with it, and once more where a night before it changed.
    """

    snapshot_date: date
    registry_version: str | None
    loaded: int
    flowed: int  # the last run that was loaded when its flow was made


def recorded_runs(connection: Connection) -> list[RecordedRun]:
    """Return all runs of the record in the order of loading."""
    found = rows(
        connection,
        """
        select run_id, snapshot_date, source, scope, loaded, reloaded, models, file, described_file
        from nights
        order by loaded
        """,
    )
    return [RecordedRun(*each) for each in found]


def rollups(connection: Connection) -> list[Rollup]:
    """Return the rollups that there are, oldest night first."""
    found = rows(
        connection,
        """
        select r.snapshot_date, r.registry_version, coalesce(r.loaded, n.loaded), coalesce(f.loaded, r.loaded, n.loaded)
        from rollup_nights as r
        join nights as n on n.run_id = r.run_id and n.snapshot_date = r.snapshot_date
        left join flow_nights as f on f.snapshot_date = n.snapshot_date and f.source = n.source and f.scope = n.scope
        order by r.snapshot_date
        """,
    )
    return [Rollup(*each) for each in found]


def loads(runs: Sequence[RecordedRun]) -> list[tuple[int, RecordedRun]]:
    """Return the runs in the order of loading, with their places; a run that was loaded again appears twice.

    In its first place it stands for the run that it replaced there.
    """
    places = [(place, run) for run in runs for place in {run.loaded, run.last}]
    return sorted(places, key=lambda each: each[0])


def due(
    made: Sequence[Rollup], runs: Sequence[RecordedRun], gone: Collection[RecordedRun]
) -> Mapping[int, Sequence[Rollup]]:
    """Return the rollups to be rebuilt, by the place after which they are.

    Rollups made before the first removed run was loaded do not depend on it, and stay.
    """
    stay = [run for run in runs if run not in gone]
    places = [place for place, _ in loads(stay)]
    first_gone = min(run.loaded for run in gone)
    found: dict[int, list[Rollup]] = {}
    for rollup in made:
        of_day = [run for run in stay if run.snapshot_date == rollup.snapshot_date]
        if of_day and max(rollup.loaded, rollup.flowed) >= first_gone:
            shown = min(of_day, key=lambda run: (rank(run.source, run.scope), run.scope))
            moment = max((place for place in places if place <= rollup.loaded), default=shown.loaded)
            found.setdefault(max(moment, shown.loaded), []).append(rollup)
    return found


def night_before(run: RecordedRun, runs: Sequence[RecordedRun]) -> RecordedRun | None:
    """Return the night that a run was judged against when it was loaded: the newest before it, of its own kind."""
    earlier = [
        each
        for each in runs
        if (each.source, each.scope) == (run.source, run.scope)
        and each.snapshot_date < run.snapshot_date
        and each.loaded < run.last
    ]
    return max(earlier, key=lambda each: each.snapshot_date, default=None)
