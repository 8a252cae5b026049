"""The nightly job on one screen: collect, judge, load, resolve, publish.

Every stage can be run again: landing is immutable, loading replaces a day, lineage and rollups are
rebuilt. Only `collect` needs the network, and it holds no database open.

May import: errors, files, gates, landing, landing.parse, lineage, lock, night, registry, scope, settings,
signals, sources, sources.hub_models, store.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker import files, gates, landing, lineage, lock, registry, sources, store
from tracker.errors import SnapshotRefused, TrackerError
from tracker.landing.parse.facts import night_facts
from tracker.night import ended, growth, owed
from tracker.night.curated import curated as read_with
from tracker.night.owed import hub_day, is_due
from tracker.scope import Scope
from tracker.settings import Settings
from tracker.signals import collecting
from tracker.sources import hub_models
from tracker.sources.hub_models import confirm

if TYPE_CHECKING:
    from tracker.landing import LandedRun
    from tracker.registry import Registry
    from tracker.sources.contract import Progress

__all__ = [
    "Night",
    "back_up",
    "collect",
    "hub_day",
    "is_due",
    "load",
    "publish",
    "resolve",
    "restore",
    "trace",
    "update",
]

log = logging.getLogger(__name__)

NOTABLE_DOWNLOADS = 10_000  # a 30-day count above which a disappearance is confirmed by asking once more
MAX_CONFIRMATIONS = 50  # a night loses a few notable models; more would be an outage, which the gates judge


@dataclass(frozen=True)
class Night:
    """What one run did: the landed run, the gates' verdicts, what changed, and the published copy."""

    landed: LandedRun
    verdicts: Sequence[gates.Verdict]
    summary: store.LoadSummary
    published: Path


def update(
    settings: Settings,
    *,
    scope: Scope,
    snapshot_date: date | None = None,
    resume: bool = True,
    force: bool = False,
    progress: Progress | None = None,
) -> Night:
    """Do the whole nightly job for the Hub's day and return what it did.

    `snapshot_date` says which day is meant: where the Hub says another, only `force` books the walk on it.
    Continues from a walk of that day that was landed but not yet loaded (for example after a kill), unless
    `resume` is false.
    The night is landed before the registry is read; where that does not load, the last good one stands in for it.
    Raises SourceError, SnapshotRefused, StoreError, RegistryError, Busy or Interrupted; whatever was
    landed stays, and the published copy is complete or as it was.
    """
    with _writing(settings):
        landed = owed.left_behind(settings, scope, snapshot_date) if resume else None
        landed = landed or _collect(settings, scope, snapshot_date, resume, force, progress)
        return _load(settings, landed, force)


def collect(
    settings: Settings,
    *,
    scope: Scope,
    snapshot_date: date | None = None,
    resume: bool = True,
    force: bool = False,
    progress: Progress | None = None,
) -> LandedRun:
    """Land one snapshot of the Hub and stop there."""
    with _writing(settings):
        return _collect(settings, scope, snapshot_date, resume, force, progress)


def load(settings: Settings, landed: LandedRun, *, force: bool = False) -> Night:
    """Judge, load, resolve and publish a run that has been landed."""
    with _writing(settings):
        return _load(settings, landed, force)


def resolve(settings: Settings) -> Path:
    """Trace all lineage again with the present registry, rebuild the rollups of all nights, publish."""
    with _writing(settings):
        curated = registry.load(settings.registry)
        with store.open_work(settings) as work:
            trace(work, curated, restate=True)
            return _publish(settings, work)


def publish(settings: Settings, *, if_due: bool = False) -> Path | None:
    """Publish the loaded state once more, with the present paths of the record.

    A night that was loaded and, as after a kill, not resolved is resolved first. `if_due`: only where something is
    loaded that no copy shows; None where there is nothing.
    """
    with _writing(settings), store.open_work(settings) as work:
        if if_due and not work.owes_publish():
            return None
        if work.owes_lineage():
            trace(work, read_with(settings, work)[0])
        return _publish(settings, work)


@contextmanager
def _writing(settings: Settings) -> Iterator[None]:
    """Hold the folder's lock; a run that still says it is running was cut off then."""
    with lock.hold(settings.data_dir):
        ended.close_cut_off(settings)
        yield


def _collect(
    settings: Settings, scope: Scope, snapshot_date: date | None, resume: bool, force: bool, progress: Progress | None
) -> LandedRun:
    store.check_endpoint(settings)  # before half an hour is spent on walking another Hub
    about: dict[str, Any] = {"scope": scope, "resume": resume, "force": force, "progress": progress}
    context = sources.open_context(settings, hub_models, snapshot_date, **about)
    try:
        return hub_models.collect(context)
    except BaseException:
        with suppress(TrackerError):  # what it ended with matters more
            ended.note_unfinished(settings)
        raise


def back_up(settings: Settings, folder: Path) -> store.Backup:
    """Bring a second copy of the record and of the working database up to date."""
    with _writing(settings):
        return store.back_up(settings, folder)


def restore(settings: Settings, folder: Path) -> tuple[store.Backup, Path]:
    """Put a backup into a new data folder and publish it; return what it held, and the published copy."""
    with lock.hold(settings.data_dir):
        restored = store.restore(settings, folder)
        with store.open_work(settings) as work:
            return restored, _publish(settings, work)


def _load(settings: Settings, landed: LandedRun, force: bool) -> Night:
    with ended.told(landed):
        with store.open_work(settings) as work:
            curated, remarks = read_with(settings, work)
            verdicts = _judge(work, curated, landed, force)
            missing = work.missing_candidates(landed, NOTABLE_DOWNLOADS)
        confirmations = _confirm(settings, landed, missing)  # no database is open while the Hub is asked
        with store.open_work(settings) as work:
            summary = work.load(landed, confirmations=confirmations, remarks=[*_remarks(verdicts), *remarks])
            trace(work, curated)
            published = _publish(settings, work)
    landing.prune(settings.data_dir, keep_nights=settings.keep_landings)
    return Night(landed, verdicts, summary, published)


def _remarks(verdicts: Sequence[gates.Verdict]) -> list[store.Remark]:
    """Return what gates noticed of a night that is loaded all the same."""
    return [store.Remark(each.gate, each.reason, each.blocking) for each in verdicts if not each.passed]


def _confirm(settings: Settings, landed: LandedRun, missing: Sequence[tuple[str, str]]) -> list[confirm.Confirmation]:
    """Return what became of models that the night lacks: unreadable records were there, notable ones are asked for."""
    seen = set(landed.set_aside_ids())
    asked = [each for each in missing if each[0] not in seen][:MAX_CONFIRMATIONS]
    answers = confirm.confirm_disappearances(settings, asked) if asked else []
    return [*answers, *(confirm.Confirmation(hub_id, "", "present", None) for hub_id in sorted(seen))]


def trace(work: store.Work, curated: Registry, *, restate: bool = False) -> None:
    """Resolve the lineage of every model, by default and in each variant, and save it.

    Nights that have a rollup keep the one of their day, unless they are restated.
    """
    work.save_lineage(curated, lineage.resolve_all(work.candidates(), curated), restate=restate)


def _judge(work: store.Work, curated: Registry, landed: LandedRun, force: bool) -> Sequence[gates.Verdict]:
    """Return the gates' verdicts against the night before; raise SnapshotRefused where one that blocks has failed."""
    last = work.night_before(landed.manifest)
    verdicts = gates.judge(night_facts(landed, curated), night_facts(last, curated) if last else None)
    failed = [verdict for verdict in verdicts if not verdict.passed and verdict.blocking]
    for verdict in verdicts:
        if not verdict.passed:
            log.warning("%s: %s", verdict.gate, verdict.reason)
    if failed and not force:
        reason = "; ".join(f"{verdict.gate}: {verdict.reason}" for verdict in failed)
        work.note_run(landed.manifest, "refused", reason)
        day = landed.manifest.snapshot_date
        raise SnapshotRefused(
            f"refused {landed.manifest.source} {day}: {reason}; "
            f"look at {landed.folder}, then `tracker load --date {day} --force`",
            reason,
        )
    return verdicts


def _publish(settings: Settings, work: store.Work) -> Path:
    """Publish, and write last_success.json: what the folder holds now, for monitors that open no database.

    How large it is now is noted for `tracker status`.
    """
    work.tell_sources(collecting.abouts())
    published = work.publish()
    newest = work.newest_nights()
    facts = {**newest[0], "scopes": {each["scope"]: each for each in newest}} if newest else {}
    if newest:
        growth.note(settings.data_dir, date.fromisoformat(newest[0]["snapshot_date"]))
    with files.whole(settings.data_dir / "last_success.json") as temporary:
        temporary.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    return published
