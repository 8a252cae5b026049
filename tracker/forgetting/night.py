"""Forget a night: rebuild the present state without it; earlier generations stay unchanged."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tracker import landing, lock, pipeline, registry, store
from tracker.errors import RegistryError, SettingsError, TrackerError
from tracker.landing import outcome
from tracker.landing.outcome import Outcome
from tracker.night.curated import curated
from tracker.night.ended import SOURCE as OWN_SOURCE
from tracker.settings import Settings
from tracker.words import VARIANTS

if TYPE_CHECKING:
    import polars as pl

    from tracker.registry import Registry
    from tracker.store import LandedRef, RecordedRun, Remark


log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Forgotten:
    """The result of forgetting: removed runs, the number of runs that stay, changed figures, the new copy.

    `restated` has a row for each published figure that changed: figure, period, key, before, after.
    `published` is None if nothing was done, or if no night is left and so no copy is published.
    """

    runs: Sequence[RecordedRun]
    left: int
    restated: pl.DataFrame
    published: Path | None


def find(settings: Settings, day: date, source: str) -> list[RecordedRun]:
    """Return the runs of a source's night. Raises TrackerError with the nearest nights if there is none."""
    with lock.hold(settings.data_dir):
        return _find(store.recorded_runs(settings), day, source)


def forget(
    settings: Settings,
    day: date,
    source: str,
    *,
    dry_run: bool = False,
    purge: bool = False,
    reason: str | None = None,
) -> Forgotten:
    """Remove a source's night from the record, rebuild everything after it, and publish.

    `purge`: delete its rows from earlier generations too, and its landed pages. `reason` is stored with the changes.
    `dry_run`: do everything in a copy, and discard that. Raises Busy, StoreError, and TrackerError if there is no such
    night. If it is interrupted before the last step, the folder is unchanged; after it, `tracker publish` completes it.
    """
    with lock.hold(settings.data_dir):
        gone = _find(store.recorded_runs(settings), day, source)
        with store.open_without(settings, gone) as made:
            for version, whole in made.load(lambda run, before: _judged(settings, made.work, run, before)):
                known = _registry(settings, made.work, version)
                pipeline.trace(made.work, known, variants=VARIANTS if whole else VARIANTS[:1])
            restated, left = made.restated(), len(made.left)
            if dry_run:
                return Forgotten(gone, left, restated, None)
            told = ": ".join(filter(None, [f"the night of {source} on {day} was taken out of the record", reason]))
            refused = made.take_over(told, purge=purge)
        for run in landing.runs(settings.data_dir, source, day):
            if run.manifest.run_id in refused:
                outcome.tell(run.folder, Outcome("refused", told))
        with store.open_work(settings) as work:
            published = None if pipeline.show_nothing(settings, work) else pipeline.show(settings, work)
    return Forgotten(gone, left, restated, published)


def _find(runs: Sequence[RecordedRun], day: date, source: str) -> list[RecordedRun]:
    found = [run for run in runs if (run.snapshot_date, run.source) == (day, source)]
    if found:
        _require_ours_last([run for run in runs if run not in found])
        return found
    others = sorted({run.source for run in runs if run.snapshot_date == day})
    days = sorted({run.snapshot_date for run in runs if run.source == source}, key=lambda each: abs(each - day))
    if others:
        hint = f"that day is of --source {' or '.join(others)}"
    else:
        hint = f"the nearest nights are {', '.join(map(str, sorted(days[:3])))}" if days else "there is none at all"
    raise TrackerError(f"no night of {source} on {day} is in the record; {hint}")


def _require_ours_last(left: Sequence[RecordedRun]) -> None:
    """Raise SettingsError if an archive's night would become the newest: the present state needs a night of our own."""
    newest = max((run.snapshot_date for run in left if run.source == OWN_SOURCE), default=date.min)
    later = sorted((run.snapshot_date, run.source) for run in left if run.snapshot_date > newest)
    if later:
        nights = ", ".join(f"{day} ({source})" for day, source in later[:3]) + ", ..." * (len(later) > 3)
        raise SettingsError(
            f"without it no night of ours follows {len(later):,} backfilled ones, {nights}; forget these first, or "
            "walk a new night"
        )


def _judged(settings: Settings, work: store.Work, run: LandedRef, before: LandedRef | None) -> dict[str, Remark | None]:
    """Return the gates' remarks on a run against another night before it; nothing if its landing is gone."""
    if run.folder is None:
        log.warning("%s is not landed any more: what gates remarked of it stays as it was", run.snapshot_date)
        return {}
    source = run.folder.parent.parent.name
    landed = next(each for each in landing.runs(settings.data_dir, source) if each.folder == run.folder)
    verdicts = pipeline.judge(curated(settings, work)[0], landed, before)
    return {each.gate: None if each.passed else pipeline.remark_of(each) for each in verdicts}


def _registry(settings: Settings, work: store.Work, version: str | None) -> Registry:
    """Return the kept registry of that version; if it is missing or in an older format, today's."""
    kept = settings.data_dir / "registries" / str(version)
    try:
        if kept.is_dir():
            return registry.load(kept)
    except RegistryError as error:
        log.warning("%s does not load any more, %s; nights of its time are rolled up again", kept, error.in_short)
    return curated(settings, work)[0]
