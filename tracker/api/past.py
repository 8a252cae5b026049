"""Nights of the past, taken from public archives."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path

import polars as pl

from tracker.answers import Rows
from tracker.backfilling import open_folder
from tracker.backfilling.plan import Plan
from tracker.backfilling.plan import plan as plan_of
from tracker.backfilling.running import Backfill, Progress
from tracker.backfilling.running import backfill as run_backfill
from tracker.backfilling.selection import Span, Step
from tracker.settings import Settings
from tracker.sources import find_archive, found, reach

__all__ = [
    "Backfill",
    "Plan",
    "Progress",
    "Span",
    "archives",
    "backfill",
    "backfill_all",
    "backfill_rows",
    "plan",
    "plan_rows",
]


def archives() -> list[str]:
    """Return the names of all archives."""
    return list(found().archives)


def plan(
    settings: Settings,
    name: str,
    *,
    first: date | None = None,
    last: date | None = None,
    every: Step = "day",
    keep: bool = False,
    local: Path | None = None,
) -> Plan:
    """Return the cost of a backfill before it runs; it reads only a few footers. Raises UnknownName, SourceError."""
    with closing(reach(settings, local=local, keep=keep)) as within:
        return plan_of(within, find_archive(name), Span(first, last, every))


def backfill(
    settings: Settings,
    name: str,
    *,
    first: date | None = None,
    last: date | None = None,
    every: Step = "day",
    keep: bool = False,
    local: Path | None = None,
    reason: str | None = None,
    progress: Progress | None = None,
) -> Backfill:
    """Land, load and publish nights of an archive from `first` to `last`; what is there is not fetched again.

    `local` is a folder to read instead of the Hub. `keep` stores the files that are fetched, with hashes. `reason` is
    published with figures that this restates. The nightly job takes precedence while this runs. Raises UnknownName,
    Busy if another backfill runs, SourceError if the archive cannot be read, SnapshotRefused if no night is usable.
    """
    archive, span = find_archive(name), Span(first, last, every)
    with (
        closing(reach(settings, local=local, keep=keep)) as within,
        open_folder(settings, archive.renames(within)) as folder,
    ):
        folder.give_reason(reason)
        done = run_backfill(within, archive, span, folder=folder, progress=progress)
        if done.count("loaded") or folder.owes_publish():
            folder.publish()
    return done


def backfill_all(settings: Settings, wanted: Mapping[str, Span], *, progress: Progress | None = None) -> list[Backfill]:
    """Land and load nights of several archives, a span for each, and publish once. Raises what `backfill` raises."""
    known = {name: find_archive(name) for name in wanted}
    with closing(reach(settings)) as within:
        renames = [rename for archive in known.values() for rename in archive.renames(within)]
        with open_folder(settings, renames) as folder:
            done = [
                run_backfill(within, known[name], span, folder=folder, progress=progress)
                for name, span in wanted.items()
            ]
            folder.publish()
    return done


def plan_rows(planned: Plan) -> Rows:
    """Return a plan as rows of `what` and `value`."""
    return Rows.of(pl.DataFrame(list(planned.rows()), schema={"what": pl.String, "value": pl.String}, orient="row"))


def backfill_rows(done: Backfill) -> Rows:
    """Return one row per observation: day, status, models, bytes fetched, and the reason if it was refused."""
    schema = {"day": pl.Date, "status": pl.String, "models": pl.Int64, "fetched_bytes": pl.Int64, "reason": pl.String}
    return Rows.of(pl.DataFrame([tuple(vars(each).values()) for each in done.observations], schema, orient="row"))
