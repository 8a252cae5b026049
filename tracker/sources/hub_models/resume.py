"""Which half walk may be continued, and what becomes of those that may not."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from tracker.landing import LandedRun, Manifest, Walk, runs

MAX_AGE = timedelta(hours=20)  # counters are refreshed once a day: an older half would mix two of their days
SET_ASIDE = "set aside"  # how the reason of a half walk begins that is not gone on with


def resumable(data_dir: Path, wanted: Manifest, day: date | None, now: datetime, *, resume: bool) -> LandedRun | None:
    """Return the newest unfinished run that asks exactly what `wanted` asks, for that day, if it may be resumed.

    Without a day any that was begun lately may: whether its day is over, the Hub has to say.
    Every other unfinished run of the source that has pages is set aside: its manifest says `failed` and why, and
    its pages stay where they are until landings are pruned.
    """
    found = None
    for run in reversed(runs(data_dir, wanted.source)):
        if not is_unfinished(run):
            continue
        why_not = _obstacle(run.manifest, wanted, day, now) if resume else "a new walk was asked for"
        if found is None and why_not is None:
            found = run
        else:
            set_aside(run, why_not or "a newer half walk was continued")
    return found


def set_aside(run: LandedRun, why: str) -> None:
    """Mark a half walk as given up."""
    if run.manifest.status != "failed" or not (run.manifest.reason or "").startswith(SET_ASIDE):
        Walk(run.folder, run.manifest, []).note(status="failed", reason=f"{SET_ASIDE}: {why}")


def is_unfinished(run: LandedRun) -> bool:
    """Return whether a walk has a journal, and was neither ended nor given up."""
    given_up = run.manifest.status == "failed" and (run.manifest.reason or "").startswith(SET_ASIDE)
    return run.manifest.status != "landed" and not given_up and run.journal_path.is_file()


def _obstacle(found: Manifest, wanted: Manifest, day: date | None, now: datetime) -> str | None:
    """Return why a half walk cannot be continued by what is wanted now."""
    for name in ("endpoint", "scope", "expand"):
        if getattr(found, name) != getattr(wanted, name):
            return f"it was for another {name} ({getattr(found, name)})"
    if found.snapshot_date != (day or found.hub_day or found.snapshot_date):
        return f"it was for another snapshot_date ({found.snapshot_date})"
    age = now - found.started_at
    if abs(age) > MAX_AGE:  # ahead of us: the clock was put back since
        return f"it was begun {age.total_seconds() / 3600:.1f} hours ago; after {MAX_AGE} the Hub's counters are others"
    return None
