"""The facts of one night that the gates judge by, from its typed rows in a few small queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tracker import disk
from tracker.columns import LANDED
from tracker.gates import RECENT_DAYS, SMALLEST_LARGE, NightFacts
from tracker.landing import LandedRun, Manifest, answered, parts_of
from tracker.landing.parse.rows import rows_sql
from tracker.landing.runs import read_manifest
from tracker.sql.connect import Connection, frame, instance, rows

if TYPE_CHECKING:
    from tracker.registry import Registry
    from tracker.store.base.runs import LandedRef

MEMORY_LIMIT = "400MB"
LEADERS = 1000  # the most downloaded models, by which frozen counters are seen
NULLABLE = tuple(column.name for column in LANDED if column.kind != "flag")

_newest: dict[tuple[object, ...], NightFacts] = {}  # of the run measured last, keyed by all they depend on


def night_facts(run: LandedRun | LandedRef, registry: Registry | None = None, *, threads: int = 2) -> NightFacts:
    """Return the facts of a landed run, or of a loaded one; without its landing only the first few.

    If a registry is given, models are counted by the family of a parent that they declare.
    """
    with instance(MEMORY_LIMIT, threads) as connection:
        return _facts(connection, run, registry)


def facts_of_both(
    run: LandedRun, last: LandedRef | None, registry: Registry, *, threads: int = 2
) -> tuple[NightFacts, NightFacts | None]:
    """Return the facts of a landed run and of the loaded one before it, None where there is none.

    The facts of the last run are cached, so a caller that loads night after night measures each once.
    """
    with instance(MEMORY_LIMIT, threads) as connection:
        before = _facts(connection, last, registry) if last else None
        return replace(_facts(connection, run, registry), **vars(answered(run))), before


def _facts(connection: Connection, run: LandedRun | LandedRef, registry: Registry | None) -> NightFacts:
    if isinstance(run, LandedRun):
        manifest: Manifest | None = run.manifest
        known: tuple[date, str, int] = (run.manifest.snapshot_date, run.manifest.scope, run.manifest.models)
    else:
        known = (run.snapshot_date, run.scope, run.models)
        manifest = _manifest_in(run.folder)
    snapshot_date, scope, models = known
    endpoint = manifest.endpoint if manifest else None
    if run.folder is None or manifest is None:
        return NightFacts(snapshot_date, scope, endpoint, models, detailed=False)
    parts = parts_of(run.folder)
    about = (manifest, registry and registry.version, *((part, part.stat().st_mtime_ns) for part in parts))
    if about not in _newest:
        facts = _measured(connection, parts, manifest, registry)
        _newest.clear()
        _newest[about] = facts
    return _newest[about]


def _measured(
    connection: Connection, parts: Sequence[Path], manifest: Manifest, registry: Registry | None
) -> NightFacts:
    connection.execute(f"create or replace view night as from {rows_sql(parts)}")
    totals = _totals(connection)
    return NightFacts(
        snapshot_date=manifest.snapshot_date,
        scope=manifest.scope,
        endpoint=manifest.endpoint,
        models=int(totals[0]),
        hub_day=manifest.hub_day,
        last_page_seen=manifest.last_page_seen,
        oldest_created_at=None if totals[1] is None else datetime.fromtimestamp(totals[1] / 1e6, UTC),
        duplicates=manifest.duplicates,
        quarantined=manifest.quarantined,
        downloads_30d=int(totals[2] or 0),
        downloads_all_time=int(totals[3] or 0),
        likes=int(totals[5] or 0),
        created=_created(connection, manifest.snapshot_date),
        missing={name: 1 - count / max(1, totals[0]) for name, count in zip(NULLABLE, totals[6:], strict=True)},
        publishers=_publishers(connection),
        families=_families(connection, registry) if registry is not None else {},
        leaders=_leaders(connection),
        least_downloads_30d=int(totals[4] or 0),
    )


def _manifest_in(folder: Path | None) -> Manifest | None:
    path = folder and folder / "manifest.json"
    with disk.explained(f"cannot read {path}"):
        return read_manifest(path) if path and disk.has_file(path) else None


def _totals(connection: Connection) -> Sequence[int]:
    counts = ", ".join(f"count({name})" for name in NULLABLE)
    return rows(
        connection,
        f"""
        select count(*), epoch_us(min(created_at)), sum(downloads_30d), sum(downloads_all_time), min(downloads_30d),
          sum(likes), {counts}
        from night
        """,
    )[0]


def _created(connection: Connection, snapshot_date: date) -> dict[date, int]:
    sql = "select created_at::date, count(*) from night where created_at >= $since group by all"
    since = datetime.combine(snapshot_date - timedelta(days=RECENT_DAYS), time(), UTC)
    return dict(rows(connection, sql, {"since": since}))


def _publishers(connection: Connection) -> dict[str, int]:
    return dict(
        rows(
            connection,
            f"select publisher, count(*) as models from night group by all having models >= {SMALLEST_LARGE}",
        )
    )


def _families(connection: Connection, registry: Registry) -> dict[str, int]:
    """Return how many models declare a parent of each family; a model with parents of two counts for both."""
    found = frame(
        connection,
        """
        select parent, count(*) as models
        from (select unnest(base_models).model_id as parent from night)
        where parent is not null
        group by all
        """,
    )
    lines = registry.rulings(found["parent"]).line
    by_line = found.select("models", line=pl.Series(lines)).filter(pl.col("line") >= 0).group_by("line").sum()
    counts: Counter[str] = Counter()
    for line, models in by_line.select("line", "models").iter_rows():
        counts[registry.lines[line].family] += models
    return dict(counts)


def _leaders(connection: Connection) -> dict[str, tuple[int, int]]:
    found = rows(
        connection,
        f"""
        select hub_id, coalesce(downloads_30d, -1), coalesce(downloads_all_time, -1)
        from night
        order by downloads_30d desc nulls last, hub_id
        limit {LEADERS}
        """,
    )
    return {hub_id: (recent, ever) for hub_id, recent, ever in found}
