"""The nightly job on one screen: collect, judge, load, resolve, publish.

Every stage can be run again: landing is immutable, loading replaces a day, lineage and rollups are
rebuilt. Only `collect` needs the network, and it holds no database open.

May import: columns, errors, files, gates, landing, landing.parse, lineage, lock, registry, scope, settings,
signals, sources, sources.hub_models, store.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker import files, gates, landing, lineage, lock, registry, sources, store
from tracker.columns import EXPAND
from tracker.errors import SnapshotRefused, SourceError, StoreError, TrackerError
from tracker.landing.parse.facts import night_facts
from tracker.scope import Scope
from tracker.settings import Settings
from tracker.signals import collecting
from tracker.sources import hub_models
from tracker.sources.hub_models import confirm, day

if TYPE_CHECKING:
    from tracker.landing import LandedRun
    from tracker.registry import Registry
    from tracker.sources.contract import Progress

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
    Raises SourceError, SnapshotRefused, StoreError, RegistryError, Busy or Interrupted; whatever was
    landed stays, and the published copy is complete or as it was.
    """
    with lock.hold(settings.data_dir):
        curated = registry.load(settings.registry)
        landed = _left_behind(settings, scope, snapshot_date) if resume else None
        landed = landed or _collect(settings, scope, snapshot_date, resume, force, progress)
        return _load(settings, curated, landed, force)


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
    with lock.hold(settings.data_dir):
        return _collect(settings, scope, snapshot_date, resume, force, progress)


def load(settings: Settings, landed: LandedRun, *, force: bool = False) -> Night:
    """Judge, load, resolve and publish a run that has been landed."""
    with lock.hold(settings.data_dir):
        return _load(settings, registry.load(settings.registry), landed, force)


def resolve(settings: Settings) -> Path:
    """Trace all lineage again with the present registry, rebuild the rollups of all nights, publish."""
    with lock.hold(settings.data_dir):
        curated = registry.load(settings.registry)
        with store.open_work(settings) as work:
            trace(work, curated, restate=True)
            return _publish(settings, work)


def publish(settings: Settings, *, if_due: bool = False) -> Path | None:
    """Publish the loaded state once more, with the present paths of the record.

    A night that was loaded and, as after a kill, not resolved is resolved first. `if_due`: only where something is
    loaded that no copy shows; None where there is nothing.
    """
    with lock.hold(settings.data_dir), store.open_work(settings) as work:
        if if_due and not work.owes_publish():
            return None
        if work.owes_lineage():
            trace(work, registry.load(settings.registry))
        return _publish(settings, work)


def _collect(
    settings: Settings, scope: Scope, snapshot_date: date | None, resume: bool, force: bool, progress: Progress | None
) -> LandedRun:
    store.check_endpoint(settings)  # before half an hour is spent on walking another Hub
    about: dict[str, Any] = {"scope": scope, "resume": resume, "force": force, "progress": progress}
    context = sources.open_context(settings, hub_models, snapshot_date, **about)
    try:
        return hub_models.collect(context)
    except (TrackerError, KeyboardInterrupt):
        _note_unfinished(settings)
        raise


def back_up(settings: Settings, folder: Path) -> store.Backup:
    """Bring a second copy of the record and of the working database up to date."""
    with lock.hold(settings.data_dir):
        return store.back_up(settings, folder)


def restore(settings: Settings, folder: Path) -> tuple[store.Backup, Path]:
    """Put a backup into a new data folder and publish it; return what it held, and the published copy."""
    with lock.hold(settings.data_dir):
        restored = store.restore(settings, folder)
        with store.open_work(settings) as work:
            return restored, _publish(settings, work)


def _left_behind(settings: Settings, scope: Scope, snapshot_date: date | None) -> LandedRun | None:
    """Return the day's newest walk where it was landed whole and then, as after a kill, neither loaded nor refused.

    Without a day, the newest of all, where the Hub says that its day is not over or it was begun a few hours ago.
    """
    newest = max(
        landing.runs(settings.data_dir, snapshot_date=snapshot_date), key=lambda run: run.manifest.age, default=None
    )
    if newest is None:
        return None
    manifest = newest.manifest
    wanted = ("landed", str(scope), settings.endpoint, EXPAND)
    if (manifest.status, manifest.scope, manifest.endpoint, manifest.expand) != wanted:
        return None
    with store.open_work(settings) as work:
        if work.knows(manifest):
            return None
    if not newest.is_whole:
        log.warning("run %s is landed, but its rows are damaged; walking anew", manifest.run_id)
        return None
    if snapshot_date is None and day.is_over(manifest, day.ask(settings)):
        return None
    log.info("run %s is landed and was not loaded; going on from there", manifest.run_id)
    return newest


def _load(settings: Settings, curated: Registry, landed: LandedRun, force: bool) -> Night:
    with store.open_work(settings) as work:
        verdicts = _judge(work, curated, landed, force)
        missing = work.missing_candidates(landed, NOTABLE_DOWNLOADS)
    confirmations = _confirm(settings, landed, missing)  # no database is open while the Hub is asked
    with store.open_work(settings) as work:
        summary = work.load(landed, confirmations=confirmations)
        trace(work, curated)
        published = _publish(settings, work)
    landing.prune(settings.data_dir, keep_nights=settings.keep_landings)
    return Night(landed, verdicts, summary, published)


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
            f"look at {landed.folder}, then `tracker load --date {day} --force`"
        )
    return verdicts


def _note_unfinished(settings: Settings) -> None:
    """Record the runs that ended early and are not known yet; the reason is in the manifest."""
    ended = [run.manifest for run in landing.runs(settings.data_dir) if run.manifest.status != "landed"]
    with store.open_work(settings) as work:
        for manifest in ended:
            if manifest.finished_at is not None and not work.knows(manifest):
                work.note_run(manifest, manifest.status, manifest.reason)


def _publish(settings: Settings, work: store.Work) -> Path:
    """Publish, and write last_success.json: what the folder holds now, for monitors that open no database."""
    work.tell_sources(collecting.abouts())
    published = work.publish()
    newest = work.newest_nights()
    facts = {**newest[0], "scopes": {each["scope"]: each for each in newest}} if newest else {}
    with files.whole(settings.data_dir / "last_success.json") as temporary:
        temporary.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    return published


def hub_day(settings: Settings) -> date:
    """Return the Hub's own day, UTC; where it cannot be asked, this machine's."""
    try:
        return day.ask(settings).date()
    except SourceError as error:
        log.warning("the Hub could not be asked what day it is: %s", error)
        return datetime.now(UTC).date()


def is_due(settings: Settings, *, scope: Scope, snapshot_date: date) -> bool:
    """Return whether this very night is still owed for this scope: an earlier or a later one says nothing of it.

    The published copy decides: no file beside it can say that a night is missing that readers see.
    """
    try:
        with store.open_published(settings.data_dir) as published:
            return published.query(_DONE, {"scope": str(scope), "day": snapshot_date}).is_empty()
    except StoreError:
        return True


_DONE = """
select 1 from runs
where source = 'hub_models' and status = 'published' and scope = $scope and snapshot_date = $day
limit 1
"""
