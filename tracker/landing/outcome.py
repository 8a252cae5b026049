"""outcome.json: why a landed run was not loaded. It is beside the manifest, which does not change after landing.

Otherwise only the collector's database would know this until the next publish; readers of the folder see it here.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from tracker import disk, files
from tracker.errors import (
    DayRefused,
    Interrupted,
    RegistryError,
    SnapshotRefused,
    TrackerError,
    redact,
    unforeseen,
)
from tracker.landing.manifest import Manifest
from tracker.landing.runs import LandedRun, read_manifest
from tracker.landing.written import CUT_OFF, writing
from tracker.words import RunStatus

NAME = "outcome.json"


@dataclass(frozen=True)
class Outcome:
    """How loading a landed run ended: refused, failed or interrupted, and why."""

    status: RunStatus
    reason: str


def of(error: BaseException) -> Outcome:
    """Return the outcome of an attempt that this error ended."""
    if isinstance(error, SnapshotRefused):
        return Outcome("refused", error.reason)
    if isinstance(error, DayRefused):
        return Outcome("refused", str(error))
    if isinstance(error, RegistryError):
        return Outcome("failed", f"the registry does not load: {error.in_short}")
    if isinstance(error, (KeyboardInterrupt, Interrupted)):
        return Outcome("interrupted", "stopped by a signal")
    if isinstance(error, TrackerError):
        return Outcome("failed", str(error))
    return Outcome("failed", f"ended by an error that nobody foresaw: {unforeseen.in_short(error)}")


def tell(folder: Path, outcome: Outcome) -> None:
    """Write the outcome of the run in this folder."""
    said = {"status": outcome.status, "reason": redact(outcome.reason)}
    with writing(folder / NAME):
        files.write(folder / NAME, json.dumps(said, indent=1) + "\n")


def told(folder: Path) -> Outcome | None:
    """Return the outcome of the run in this folder; None if none was written, as for a loaded run."""
    try:
        said = json.loads(disk.read_text(folder / NAME))
        return Outcome(cast("RunStatus", str(said["status"])), str(said["reason"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def as_it_stands(run: LandedRun, *, is_alive: bool) -> Manifest:
    """Return a run's manifest with its present status and reason; `is_alive`: a process is writing the run."""
    manifest = run.manifest
    if manifest.status == "running" and not is_alive:
        return replace(manifest, status="interrupted", reason=CUT_OFF)
    outcome = told(run.folder) if manifest.status == "landed" else None
    return manifest if outcome is None else replace(manifest, status=outcome.status, reason=outcome.reason)


def clear(folder: Path) -> None:
    """Delete the outcome, as the run is loaded now."""
    (folder / NAME).unlink(missing_ok=True)


def lighten_repeats(run: LandedRun) -> list[Path]:
    """Delete pages and rows of earlier refused walks of a run's day and scope; return their folders.

    A refused night is tried again every hour, and each try is as large as a night. The newest stays complete for
    inspection. The others keep the manifest, the reason, and the quarantined records.
    """
    with disk.explained(f"cannot read the runs in {run.folder.parent}"):
        beside = [path.parent for path in disk.matching(run.folder.parent, "*/manifest.json")]
    others = [LandedRun(folder, read_manifest(folder / "manifest.json")) for folder in beside if folder != run.folder]
    repeats = [each.folder for each in others if _is_repeat(each, run)]
    for folder in repeats:
        for name in ("pages", "models"):
            shutil.rmtree(folder / name, ignore_errors=True)
    return repeats


def _is_repeat(other: LandedRun, run: LandedRun) -> bool:
    is_earlier = other.manifest.scope == run.manifest.scope and other.manifest.age < run.manifest.age
    said = told(other.folder) if is_earlier else None
    return said is not None and said.status == "refused"
