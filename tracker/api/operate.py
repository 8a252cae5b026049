"""The stages of a night, and the upkeep of a data folder. Each function takes the settings that name the folder.

`update` is the whole night; `collect`, `load`, `resolve` and `publish` are its stages.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker import files, health, landing, pipeline
from tracker.answers import Rows
from tracker.api import watching
from tracker.errors import TrackerError
from tracker.forgetting.night import Forgotten
from tracker.forgetting.night import find as find_night
from tracker.forgetting.night import forget as forget_night
from tracker.handover import exports
from tracker.landing import Attempt, LandedRun
from tracker.pipeline import Due, Night, back_up, collect, due, publish, resolve, restore
from tracker.settings import Settings
from tracker.signals import collecting, standing
from tracker.sources import find, found
from tracker.sources import is_signal as has_tables
from tracker.store import Backup
from tracker.table import Table

if TYPE_CHECKING:
    from tracker.scope import Scope
    from tracker.sources.clock import Clock
    from tracker.sources.contract import Progress

__all__ = [
    "Backup",
    "Due",
    "Forgotten",
    "LandedRun",
    "Night",
    "Progress",
    "back_up",
    "collect",
    "collect_source",
    "collect_source_if_due",
    "due",
    "due_sources",
    "examine",
    "examine_live",
    "export_data_set",
    "export_objects",
    "export_parquet",
    "export_single_file",
    "find_night",
    "forget_night",
    "is_signal",
    "left_out",
    "load",
    "publish",
    "publish_data_set",
    "quarantine",
    "require_data_folder",
    "require_fresh",
    "resolve",
    "restore",
    "runs",
    "source_faults",
    "sources",
    "spoils_a_night",
    "status",
    "traced",
    "update",
]


def require_data_folder(settings: Settings) -> None:
    """Raise SettingsError if the settings name an export or a data set: nothing is collected or written there."""
    files.require_data_folder(settings.data_dir, settings.data_set)


def traced(
    data_dir: Path | None, source: str, *, scope: str | None = None, day: date | None = None
) -> AbstractContextManager[None]:
    """Return a context manager that records an attempt on a source, even if it fails before settings are read."""
    if data_dir is None or source not in found().sources:
        return nullcontext()
    return landing.traced(Attempt(data_dir, source, scope=scope or "full", snapshot_date=day))


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
    """Do the whole nightly job as `pipeline.update` does, then judge the watches; their failure fails no night."""
    options: dict[str, Any] = {"resume": resume, "force": force, "publish": publish, "reason": reason}
    night = pipeline.update(settings, scope=scope, snapshot_date=snapshot_date, progress=progress, **options)
    if publish:
        watching.after_night(settings)
    return night


def load(
    settings: Settings,
    *,
    day: date | None = None,
    run_id: str | None = None,
    force: bool = False,
    reason: str | None = None,
) -> Night:
    """Judge, load, resolve and publish a landed run: the newest complete one, of a day if named, or the run `run_id`.

    `force` loads a night that a gate refuses. `reason` is kept with the figures that it restates. Raises
    SnapshotRefused, and TrackerError if no such run is landed.
    """
    landed = [run for run in landing.runs(settings.data_dir, snapshot_date=day) if run.manifest.status == "landed"]
    found = [run for run in landed if run_id in (None, run.manifest.run_id)]
    if not found:
        which = run_id or (f"for {day}" if day else "at all")
        raise TrackerError(f"no complete landed run {which} under {settings.data_dir}/landing; run `tracker collect`")
    if not found[-1].is_whole:
        raise TrackerError(f"the rows of {found[-1].folder} are gone or damaged; load another run, or collect again")
    return pipeline.load(settings, found[-1], force=force, reason=reason)


def sources(settings: Settings) -> Rows:
    """Return one row per source: licence, use rights, address, last run and success, age in hours, when it is due."""
    return Rows.of(standing.table(settings, datetime.now(UTC)))


def source_faults() -> list[str]:
    """Return the fault of each file of tracker/sources that is an incomplete source."""
    return list(found().faults.values())


def due_sources(settings: Settings) -> Sequence[str]:
    """Return the names of the sources beside the Hub's night that are due now."""
    return standing.due(settings, datetime.now(UTC))


def is_signal(name: str) -> bool:
    """Return whether a source is collected beside the Hub's night. Raises UnknownName, SourceError if incomplete."""
    return has_tables(find(name))


def collect_source(
    settings: Settings, name: str, *, day: date | None = None, force: bool = False, clock: Clock | None = None
) -> LandedRun:
    """Collect, judge and save one source beside the Hub's night; `publish` shows its rows.

    `force` saves rows that its gates refuse; `clock` replaces the machine's. Raises SourceError and SnapshotRefused,
    and Busy if another run is writing the folder: then the run is landed, and the next call saves it.
    """
    return collecting.collect(settings, find(name), snapshot_date=day, force=force, clock=clock)


def collect_source_if_due(settings: Settings, name: str) -> bool:
    """Collect a source if it is due, or save a run of it that is landed; return whether there was anything to do."""
    return standing.collect_if_due(settings, find(name), datetime.now(UTC))


def left_out(settings: Settings) -> list[str]:
    """Return one sentence for each source whose rows exports leave out because its use rights forbid sharing."""
    return exports.left_out(settings)


def export_parquet(settings: Settings, folder: Path) -> list[Path]:
    """Write everything published as Parquet files into a folder that is new or holds an export; return the files."""
    return exports.to_folder(settings, folder)


def export_objects(settings: Settings, url: str) -> list[str]:
    """Export everything published to `s3://BUCKET/PREFIX`; return the addresses of the objects."""
    from tracker.handover import objects

    return objects.export(settings, url)


def export_data_set(settings: Settings, folder: Path, *, repository: str = "") -> list[Path]:
    """Write everything published as a data set with its card into a folder; return its files.

    An existing data set is replaced in one step. `repository` (OWNER/NAME) is its future name on the Hub.
    """
    from tracker.handover import data_set

    return data_set.write(
        settings.data_dir,
        folder,
        registry=settings.registry,
        repository=repository,
        memory_limit=settings.memory_limit,
    )


def export_single_file(settings: Settings, path: Path) -> Path:
    """Write everything published, the snapshots included, into one DuckDB file."""
    return exports.to_single_file(settings, path)


@dataclass(frozen=True)
class Sent:
    """What a publish changed on the Hub, or would change: rows of `change`, `path`, `bytes`; its tag, and remarks."""

    changes: Rows
    commit: str | None  # None: nothing was sent
    tag: str
    told: tuple[str, ...]


def publish_data_set(settings: Settings, name: str, *, private: bool | None = None, is_dry: bool = False) -> Sent:
    """Put the newest copy on the Hub as a data set (`handover.hub.publish`); `is_dry` only lists the changes."""
    from tracker.handover import hub

    done = hub.publish(settings, name, private=private, is_dry=is_dry)
    rows = [(each.kind, each.path, each.size) for each in done.changes]
    where = (
        f"{done.url} at tag {done.tag}" if done.commit else f"nothing was sent; {done.url} would have tag {done.tag}"
    )
    changes = Rows(Table({"change": "VARCHAR", "path": "VARCHAR", "bytes": "BIGINT"}, rows))
    return Sent(changes, done.commit, done.tag, (*done.told, where))


def status(settings: Settings) -> Rows:
    """Return what was collected when, what is missing, and what is published: rows of `what` and `value`."""
    return Rows.of(health.state(settings))


def runs(settings: Settings) -> Rows:
    """Return every run, newest first, refused and failed ones included."""
    return Rows.of(health.runs(settings))


def quarantine(settings: Settings) -> Rows:
    """Return the records that the newest landed run could not read: page, position, reason, raw text."""
    return Rows.of(health.quarantined(settings))


def require_fresh(settings: Settings, *, max_age_hours: float) -> None:
    """Raise Stale if the last success is older than `max_age_hours`, or there is none."""
    health.require_fresh(settings, max_age_hours=max_age_hours)


def examine(settings: Settings, *, record: bool = False) -> Rows:
    """Check the data folder; one row per check: `check`, `verdict` (fine | note | wrong), `finding` with what to do.

    `record` also reads every file of the record.
    """
    return Rows.of(health.examine(settings, record=record))


def examine_live(settings: Settings) -> Rows:
    """Check whether the configured Hub behaves as the collector expects; one row per check. Nothing is written.

    `check`, `verdict` (good | differs | cannot tell), `effect` on a night (stops | falsifies | slows), `finding`,
    `what_to_do`. Raises SettingsError if no request can be sent.
    """
    return Rows.of(health.examine_live(settings))


def spoils_a_night(findings: Rows) -> bool:
    """Return whether one of the findings of `examine_live` would stop or falsify a night."""
    return bool(findings.frame["effect"].is_in(health.HARMFUL).any())
