"""Is the tracker well? What was collected when, which nights are missing, and what stands in the way.

May import: checks, errors, landing, lock, registry, settings, signals, sources,
store.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import polars as pl

from tracker import checks, landing, lock, registry, sources, store
from tracker.errors import Busy, NothingPublished, RegistryError, Stale, StoreError
from tracker.settings import Settings
from tracker.signals import standing

LOW_DISK_BYTES = 2 * 2**30  # a night of the whole Hub needs about 1.5 GB while it is loaded


def state(settings: Settings) -> pl.DataFrame:
    """Return the state as rows of `what` and `value`: newest night, gaps, last run, published copy, sources."""
    now = datetime.now(UTC)
    lines = ((f"source {sources.name_of(each.source)}", each.line(now)) for each in standing.states(settings))
    return pl.DataFrame([*_state(settings), *lines], schema={"what": pl.String, "value": pl.String}, orient="row")


def _state(settings: Settings) -> Iterator[tuple[str, str]]:
    yield "data folder", str(settings.data_dir.resolve())
    try:
        with store.open_published(settings.data_dir) as published:
            facts = published.facts()
            nights = published.query("select snapshot_date from nights order by snapshot_date")[
                "snapshot_date"
            ].to_list()
            newest = published.query(_NEWEST_RUN)
    except NothingPublished as error:
        yield "published", f"nothing yet: {error}"
        return
    yield "endpoint", facts.endpoint or "none"
    yield "newest night", f"{facts.snapshot_date} ({facts.models:,} models, scope {facts.scope})"
    yield "nights", _nights(nights)
    for row in newest.iter_rows(named=True):
        yield "last run", f"{row['run_id']} {row['status']}" + (f": {row['reason']}" if row["reason"] else "")
    yield "published copy", f"generation {facts.generation}, registry {facts.registry_version}"
    yield "data", "synthetic demo data" if facts.synthetic else "as the Hub said it"


_NEWEST_RUN = """
select run_id, status, scope, reason from runs
where source = (select value from about where key = 'source')
order by started_at desc limit 1
"""


def _nights(nights: list[date]) -> str:
    if not nights:
        return "none"
    expected = {nights[0] + timedelta(days=i) for i in range((nights[-1] - nights[0]).days + 1)}
    missing = sorted(expected - set(nights))
    text = f"{len(nights)} of {len(expected)} from {nights[0]} to {nights[-1]}"
    if missing:
        shown = ", ".join(str(night) for night in missing[:8]) + (", ..." if len(missing) > 8 else "")
        text += f"; missing {shown} (downloads of a missed night cannot be recovered)"
    return text


def runs(settings: Settings) -> pl.DataFrame:
    """Return every run, newest first, refused and failed ones included."""
    with store.open_published(settings.data_dir) as published:
        return published.query("select * from runs order by started_at desc, run_id desc")


def quarantined(settings: Settings) -> pl.DataFrame:
    """Return the records that the newest landed run could not read: page, position, reason, raw text."""
    landed = [run for run in landing.runs(settings.data_dir) if run.quarantine_path.exists()]
    schema = {"page": pl.Int64, "position": pl.Int64, "reason": pl.String, "raw": pl.String}
    if not landed:
        return pl.DataFrame(schema=schema)
    with landed[-1].quarantine_path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def require_fresh(settings: Settings, *, max_age_hours: float, now: datetime | None = None) -> None:
    """Raise Stale where the last success is older than `max_age_hours`, or there is none."""
    path = settings.data_dir / "last_success.json"
    try:
        finished = datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["finished_at"])
    except (OSError, ValueError, KeyError, TypeError):
        raise Stale(f"no successful run is recorded in {path}; run `tracker update`") from None
    age = (now or datetime.now(UTC)) - finished
    if age > timedelta(hours=max_age_hours):
        hours = age.total_seconds() / 3600
        raise Stale(
            f"the last successful run ended {hours:.0f} h ago, allowed are {max_age_hours:g} h; see `tracker status`"
        )


def examine(settings: Settings, *, record: bool = False) -> pl.DataFrame:
    """Return one row per check: `check`, `verdict` (fine | note | wrong) and `finding`, which says what to do."""
    checks: list[Callable[[Settings], tuple[str, str, str]]] = [_settings, _folder, _disk, _lock, _registry, _published]
    rows = [check(settings) for check in checks]
    rows += _checks(settings)
    rows += _sources(settings)
    if record:
        problems = store.verify_record(settings.data_dir)
        rows += [("record", "wrong", str(problem)) for problem in problems]
        rows += [("record", "fine", "every file is there, with its rows and checksum")] if not problems else []
    return pl.DataFrame(rows, schema={"check": pl.String, "verdict": pl.String, "finding": pl.String}, orient="row")


def _settings(settings: Settings) -> tuple[str, str, str]:
    chosen = ", ".join(f"{name} from {origin}" for name, origin in settings.origins.items())
    return "settings", "fine", f"endpoint {settings.endpoint}; " + (chosen or "all defaults")


def _sources(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Yield one line per source, and what is wrong with those that are none."""
    now, found = datetime.now(UTC), sources.found()
    for each in standing.states(settings):
        is_well = each.status in ("landed", "running") and not each.missing_key and not each.is_overdue(now)
        yield f"source {sources.name_of(each.source)}", "fine" if is_well else "note", each.line(now)
    for fault in found.faults.values():
        yield "sources", "wrong", fault
    for name in settings.source_urls.keys() - {*found.sources, *found.faults}:
        place = settings.origins[f"{name}_url"]
        yield "sources", "wrong", f"{place} sets {name}_url, and no source is called {name}"


def _folder(settings: Settings) -> tuple[str, str, str]:
    folder = settings.data_dir
    if not folder.exists():
        return "folder", "note", f"{folder} does not exist yet; the first run makes it"
    if not os.access(folder, os.W_OK):
        return "folder", "wrong", f"{folder} cannot be written; check its owner"
    return "folder", "fine", str(folder.resolve())


def _disk(settings: Settings) -> tuple[str, str, str]:
    existing = next(
        path for path in (settings.data_dir.resolve(), *settings.data_dir.resolve().parents) if path.exists()
    )
    free = shutil.disk_usage(existing).free
    text = f"{free / 2**30:.1f} GB free"
    return ("disk", "fine", text) if free > LOW_DISK_BYTES else ("disk", "wrong", f"{text}; a night needs about 1.5 GB")


def _lock(settings: Settings) -> tuple[str, str, str]:
    if not settings.data_dir.exists() or not os.access(settings.data_dir, os.W_OK):
        return "lock", "note", "not tried"
    try:
        with lock.hold(settings.data_dir):
            return "lock", "fine", "free"
    except Busy as error:
        return "lock", "note", str(error)


def _registry(settings: Settings) -> tuple[str, str, str]:
    try:
        return "registry", "fine", f"version {registry.load(settings.registry).version}"
    except RegistryError as error:
        return "registry", "wrong", f"{len(error.problems)} problems, the first: {error.problems[0]}"


def _published(settings: Settings) -> tuple[str, str, str]:
    try:
        with store.open_published(settings.data_dir) as published:
            return "published", "fine", f"generation {published.facts().generation} opens"
    except NothingPublished as error:
        return "published", "note", str(error)
    except StoreError as error:
        return "published", "wrong", str(error)


def _checks(settings: Settings) -> list[tuple[str, str, str]]:
    """Return the rules that the published copy breaks, or one line that it keeps them all."""
    if _published(settings)[1] != "fine":
        return []  # said by the check before
    try:
        with store.open_published(settings.data_dir) as published:
            findings = list(checks.run(published))
    except StoreError as error:  # such as a copy that an older version has published
        return [("rules", "wrong", f"they cannot be checked, `tracker publish` may help: {error}")]
    broken = [("rules", "wrong", str(finding)) for finding in findings]
    return broken or [("rules", "fine", f"the published copy keeps all {len(checks.names())} rules")]
