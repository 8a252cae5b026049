"""What stands in the way of a night: one function a check, each line says what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import polars as pl

from tracker import checks, disk, files, lock, registry, sources, store
from tracker.errors import Busy, NothingPublished, RegistryError, StoreError
from tracker.health import outward
from tracker.health.attempts import HUB, attempts
from tracker.health.nights import nights
from tracker.health.status import last_attempt
from tracker.settings import Settings
from tracker.signals import standing

LOW_DISK_BYTES = 2 * 2**30  # a night of the whole Hub needs about 1.5 GB while it is loaded
YOUNG = timedelta(days=365)  # a folder whose own nights begin later than that long ago
FIRST_BACKFILL = "`tracker backfill weekly_snapshots --from 2024-07-24`"  # full lists, of each some 50 MB
_SINCE = """
select
  min(case when source = 'hub_models' then snapshot_date end) as since,
  count(case when source <> 'hub_models' then 1 end) as archived,
  (select value from about where key = 'synthetic') = 'false' as is_real
from nights
"""
MISSED = 2  # nights: today's may still come


def examine(settings: Settings, *, record: bool = False) -> pl.DataFrame:
    """Return one row per check: `check`, `verdict` (fine | note | wrong) and `finding`, which says what to do."""
    is_copy = files.is_copy(settings.data_dir)
    of_a_copy = (_settings, _registry, _published)
    of_a_folder = (_settings, _folder, _disk, _lock, _registry, _published, _attempt)
    rows = [check(settings) for check in (of_a_copy if is_copy else of_a_folder)]
    rows += [] if is_copy else [*outward.lines(settings), *_nights(settings), *_past(settings)]
    rows += _checks(settings)
    rows += [] if is_copy else _sources(settings)
    if record:
        problems = store.verify_record(settings.data_dir)
        rows += [("record", "wrong", str(problem)) for problem in problems]
        rows += [("record", "fine", "every file is there, with its rows and checksum")] if not problems else []
        rows += [("record", "note", said) for said in (store.purged(settings.data_dir) if not problems else ())]
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
    try:
        is_there = disk.has_folder(folder)
    except OSError as error:
        return "folder", "wrong", f"cannot look at {folder}: {disk.told(error)}"
    if not is_there:
        return "folder", "note", f"{folder} does not exist yet; the first run makes it"
    if not os.access(folder, os.W_OK):
        return "folder", "wrong", f"{folder} cannot be written; check its owner"
    return "folder", "fine", str(folder.resolve())


def _disk(settings: Settings) -> tuple[str, str, str]:
    whole = settings.data_dir.resolve()
    existing = next(path for path in (whole, *whole.parents) if os.access(path, os.F_OK))
    free = shutil.disk_usage(existing).free
    text = f"{free / 2**30:.1f} GB free"
    return ("disk", "fine", text) if free > LOW_DISK_BYTES else ("disk", "wrong", f"{text}; a night needs about 1.5 GB")


def _lock(settings: Settings) -> tuple[str, str, str]:
    if not os.access(settings.data_dir, os.W_OK):
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
        return "registry", "wrong", f"{error.in_short}; nights go on with the last good one"


def _published(settings: Settings) -> tuple[str, str, str]:
    try:
        with store.open_published(settings.data_dir) as published:
            return "published", "fine", f"generation {published.facts().generation} opens"
    except NothingPublished as error:
        return "published", "note", str(error)
    except StoreError as error:
        return "published", "wrong", str(error)


def _attempt(settings: Settings) -> tuple[str, str, str]:
    now = datetime.now(UTC)
    tried = attempts(settings).filter(pl.col("source") == HUB)
    ended = tried["status"][0] if len(tried) else "published"
    verdict = {"published": "fine", "running": "fine", "landed": "note"}.get(ended, "wrong")
    return "last attempt", verdict, last_attempt(settings, now)


def _nights(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Yield whether nights are owed, and whether some lie ahead of our clock."""
    mine = nights(settings, datetime.now(UTC))
    if mine.newest is not None:
        told = f"{len(mine.owed)} owed since {mine.newest.snapshot_date}" if mine.owed else "none is owed"
        yield "nights", "note" if len(mine.owed) >= MISSED else "fine", told
    if mine.ahead:
        yield (
            "nights",
            "wrong",
            f"{mine.ahead[-1].snapshot_date} lies ahead of this machine's clock; see `tracker status`",
        )


def _past(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Yield the cheapest way to a past, for a folder that has none: its own nights begin when it did."""
    try:
        with store.open_published(settings.data_dir) as published:
            since, archived, is_real = published.table(_SINCE).rows[0]
    except StoreError:  # said by the check of the copy
        return
    if is_real and not archived and datetime.now(UTC).date() - since < YOUNG:
        yield (
            "past",
            "note",
            f"nights begin on {since}; two years more: {FIRST_BACKFILL}, and --plan says what it costs",
        )


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
