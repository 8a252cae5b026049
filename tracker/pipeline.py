"""The nightly job on one screen: collect, judge, load, resolve, publish.

Every stage can be run again: landing is immutable, loading replaces a day, lineage and rollups are
rebuilt. Only `collect` needs the network, and it holds no database open.

May import: errors, files, gates, landing, landing.parse, lineage, lock, logs, night, registry, scope, settings,
signals, sources, sources.hub_models, store, words.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker import files, gates, landing, lineage, lock, logs, registry, sources, store
from tracker.errors import RegistryError, SnapshotRefused
from tracker.landing.parse.facts import facts_of_both
from tracker.night import ended, growth, owed
from tracker.night.curated import curated as read_with
from tracker.night.owed import Due, due, is_due
from tracker.night.ready import require_ready
from tracker.night.redefined import redefined
from tracker.scope import Scope
from tracker.settings import Settings
from tracker.signals import collecting
from tracker.sources import hub_models
from tracker.sources.hub_models import confirm
from tracker.words import VARIANTS

if TYPE_CHECKING:
    from tracker.landing import LandedRun
    from tracker.registry import Registry
    from tracker.sources.contract import Progress

__all__ = [
    "Due",
    "Night",
    "back_up",
    "collect",
    "due",
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
    published: Path | None  # None if the night is shown by the next publish


def update(
    settings: Settings,
    *,
    scope: Scope,
    snapshot_date: date | None = None,
    resume: bool = True,
    force: bool = False,
    publish: bool = True,
    reason: str | None = None,
    progress: Progress | None = None,
) -> Night:
    """Do the whole nightly job for the Hub's day and return what it did.

    `snapshot_date` names the expected day: if the Hub says another day, only `force` stores the walk under it.
    Continues from a walk of that day that was landed but not yet loaded (for example after a kill), unless
    `resume` is false. Without `publish` the next publish shows the night; use that to catch up on many nights.
    `reason` is stored with the figures that the night restates.
    The night is landed before the registry is read; if the registry does not load, the last good one is used.
    Raises SourceError, SnapshotRefused, StoreError, RegistryError, Busy or Interrupted; whatever was
    landed stays, and the published copy is complete or as it was.
    """
    with ended.traced(settings, scope, snapshot_date), _writing(settings):
        landed = owed.left_behind(settings, scope, snapshot_date) if resume else None
        landed = landed or _collect(settings, scope, snapshot_date, resume, force, progress)
        return _load(settings, landed, force, publish=publish, reason=reason)


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
    with ended.traced(settings, scope, snapshot_date), _writing(settings):
        return _collect(settings, scope, snapshot_date, resume, force, progress)


def load(settings: Settings, landed: LandedRun, *, force: bool = False, reason: str | None = None) -> Night:
    """Judge, load, resolve and publish a landed run; `reason` is stored with the figures that it restates."""
    with _writing(settings):
        return _load(settings, landed, force, reason=reason)


def resolve(settings: Settings, *, reason: str | None = None) -> Path:
    """Trace all lineage again with the present registry, rebuild the rollups of all nights, publish.

    `reason` is stored with the figures that this restates.
    """
    with _writing(settings):
        curated = registry.load(settings.registry)
        with store.open_work(settings) as work:
            work.give_reason(reason)
            tell_redefined(settings, work, curated)
            trace(work, curated, restate=True)
            return show(settings, work)


def publish(settings: Settings, *, if_due: bool = False) -> Path | None:
    """Publish the loaded state once more, with the present paths of the record.

    `if_due`: publish only if something loaded is not in any copy. Returns None if nothing was due, or if the last
    night was forgotten.
    """
    with _writing(settings), store.open_work(settings) as work:
        if show_nothing(settings, work):
            return None
        if if_due and not work.owes_publish():
            work.follow()
            return None
        return show(settings, work)


@contextmanager
def _writing(settings: Settings) -> Iterator[None]:
    """Hold the folder's lock; a run that is still marked as running was cut off, and is marked so."""
    with lock.hold(settings.data_dir):
        ended.close_cut_off(settings)
        yield


def _collect(
    settings: Settings, scope: Scope, snapshot_date: date | None, resume: bool, force: bool, progress: Progress | None
) -> LandedRun:
    require_ready(settings, scope)  # before half an hour is spent on walking
    about: dict[str, Any] = {"scope": scope, "resume": resume, "force": force, "progress": progress}
    context = sources.open_context(settings, hub_models, snapshot_date, **about)
    return hub_models.collect(context)


def back_up(settings: Settings, folder: Path) -> store.Backup:
    """Bring a second copy of the record and of the working database up to date."""
    with _writing(settings):
        return store.back_up(settings, folder)


def restore(settings: Settings, folder: Path) -> tuple[store.Backup, Path]:
    """Restore a backup into a new data folder; return what it held, and the copy rebuilt from its newest generation.

    A backup of an earlier version, or without a published copy, is published again.
    """
    with lock.hold(settings.data_dir):
        restored = store.restore(settings, folder)
        with store.open_work(settings) as work:
            published = work.publish_again()
            if published is None:
                return restored, show(settings, work)
            _note_success(settings, work)
            return restored, published


@dataclass(frozen=True)
class _Judged:
    """A run that may be loaded, and what it is loaded with."""

    landed: LandedRun
    curated: Registry
    verdicts: Sequence[gates.Verdict]
    remarks: Sequence[store.Remark]


def _load(
    settings: Settings, landed: LandedRun, force: bool, *, publish: bool = True, reason: str | None = None
) -> Night:
    logs.under_way(landed.manifest.run_id, landed.manifest.snapshot_date)
    with ended.told(landed):
        with store.open_work(settings) as work:
            work.give_reason(reason)
            curated, remarks = read_with(settings, work)
            verdicts = _judge(work, curated, landed, force)
            judged = _Judged(landed, curated, verdicts, [*_remarks(verdicts), *remarks])
            drop_private(settings, work, landed)
            asked = _to_ask(landed, work.missing_candidates(landed, NOTABLE_DOWNLOADS))
            night = None if asked else _take(settings, work, judged, [], publish)
        if night is None:
            answers = confirm.confirm_disappearances(settings, asked)  # no database is open while the Hub is asked
            with store.open_work(settings) as work:
                drop_private(settings, work, landed, [each.hub_id for each in answers if each.outcome == "private"])
                night = _take(settings, work, judged, answers, publish)
    landing.prune(settings.data_dir, keep_nights=settings.keep_landings)
    return night


def _take(
    settings: Settings, work: store.Work, judged: _Judged, answers: Sequence[confirm.Confirmation], publish: bool
) -> Night:
    """Load and resolve a run, and publish it; models with unreadable records count as present."""
    there = [confirm.Confirmation(hub_id, "", "present", None) for hub_id in sorted(set(judged.landed.set_aside_ids()))]
    summary = work.load(judged.landed, confirmations=[*answers, *there], remarks=judged.remarks)
    tell_redefined(settings, work, judged.curated)
    trace(work, judged.curated, variants=VARIANTS if publish else VARIANTS[:1])
    published = show(settings, work) if publish else None
    return Night(judged.landed, judged.verdicts, summary, published)


def _to_ask(landed: LandedRun, missing: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Return the notable missing models to ask the Hub for; models with unreadable records count as present."""
    seen = set(landed.set_aside_ids())
    return [each for each in missing if each[0] not in seen][:MAX_CONFIRMATIONS]


def _remarks(verdicts: Sequence[gates.Verdict]) -> list[store.Remark]:
    """Return the remarks of gates on a night that they do not refuse."""
    return [remark_of(each) for each in verdicts if not each.passed]


def remark_of(verdict: gates.Verdict) -> store.Remark:
    """Return the remark of a gate that a night did not pass."""
    return store.Remark(verdict.gate, verdict.reason, verdict.blocking)


def trace(
    work: store.Work,
    curated: Registry,
    *,
    restate: bool = False,
    variants: Sequence[str] = VARIANTS,
    most: int | None = None,
) -> None:
    """Resolve the lineage of every model, by default and in each variant, and save it.

    Nights that have a rollup keep it, unless they are restated. A night that is not published needs only the default
    variant for its rollup; the next publish resolves the other variants. `most`: the number of rollups to build now;
    the others stay owed.
    """
    before = _registry_before(work, curated)
    if before is not None:
        resolved = lineage.resolve_all(work.candidates(), before, VARIANTS[:1])
        work.save_lineage(before, resolved, most=0)
    resolved = lineage.resolve_all(work.candidates(), curated, variants)
    work.save_lineage(curated, resolved, restate=restate, most=most)


def tell_redefined(settings: Settings, work: store.Work, curated: Registry) -> None:
    """If the registry has changed, record which figures of the published copy its definitions restate."""
    kept = work.kept_registry()
    if kept is not None and kept.name != curated.version:
        work.restate(redefined(settings, curated), f"definitions have changed with the registry {curated.version}")


def _registry_before(work: store.Work, curated: Registry) -> Registry | None:
    """Return the previous registry if it changed tonight: changes by the night alone are recorded first."""
    kept = work.registry_before(curated.version)
    try:
        return registry.load(kept) if kept else None
    except RegistryError as error:
        log.info("what the registry changes is told together with the night: %s does not load, %s", kept, error)
        return None


def judge(curated: Registry, landed: LandedRun, last: store.LandedRef | None) -> Sequence[gates.Verdict]:
    """Return the gates' verdicts on a landed run against another night; None for the first."""
    return gates.judge(*facts_of_both(landed, last, curated))


def _judge(work: store.Work, curated: Registry, landed: LandedRun, force: bool) -> Sequence[gates.Verdict]:
    """Return the gates' verdicts against the night before; raise SnapshotRefused if a blocking gate failed."""
    verdicts = judge(curated, landed, work.night_before(landed.manifest))
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


def show(settings: Settings, work: store.Work) -> Path:
    """Publish, and write last_success.json; lineage that is owed (for example after a kill) is resolved first."""
    drop_private(settings, work)
    if work.owes_lineage():
        trace(work, read_with(settings, work)[0])
    work.tell_sources(collecting.abouts())
    published = work.publish()
    work.purge_owed()
    _note_success(settings, work)
    return published


def drop_private(
    settings: Settings, work: store.Work, landed: LandedRun | None = None, asked: Sequence[str] = ()
) -> None:
    """Delete private repositories from the folder, and restate figures that were published with them."""
    if work.drop_private(landed, asked):
        trace(work, read_with(settings, work)[0], variants=VARIANTS[:1])
        work.end_restating()


def show_nothing(settings: Settings, work: store.Work) -> bool:
    """Remove the published copy if its last night was forgotten; return whether there was one."""
    withdrawn = work.withdraw()
    if withdrawn:
        work.purge_owed()
        _note_success(settings, work)
    return withdrawn


def _note_success(settings: Settings, work: store.Work) -> None:
    """Write what the folder holds for monitors that open no database, and its size for `tracker status`."""
    newest = work.newest_nights()
    facts = {**newest[0], "scopes": {each["scope"]: each for each in newest}} if newest else {}
    if newest:
        growth.note(settings.data_dir, date.fromisoformat(newest[0]["snapshot_date"]))
    with files.whole(settings.data_dir / "last_success.json") as temporary:
        temporary.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
