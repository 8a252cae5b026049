"""Landed nights of public archives, in the one form that every archive's source lands them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from tests.store.nights import hub_id
from tracker import files
from tracker.landing import LandedRun, Manifest, RawFile

SCHEMA: Mapping[str, Any] = {
    "model_id": pl.String,
    "hub_id": pl.String,
    "created_at": pl.Datetime("us"),
    "downloads_30d": pl.Int64,
    "downloads_all_time": pl.Int64,
    "likes": pl.Int64,
}


def row(model_id: str, number: int, *, with_id: bool = False, **values: Any) -> dict[str, Any]:
    """Return one row of an archive: as `nights.model` of the same number was on an earlier day."""
    made = {
        "model_id": model_id,
        "hub_id": hub_id(number) if with_id else None,
        "created_at": datetime(2026, 1, 1) + timedelta(hours=number),  # noqa: DTZ001  an instant of UTC, as landed
        "downloads_30d": number,
        "downloads_all_time": 5 * number,
        "likes": number % 7,
    }
    return made | values


def land_archived(
    data_dir: Path, day: date, models: Iterable[Mapping[str, Any]], *, source: str = "hub_stats", attempt: int = 1
) -> LandedRun:
    """Write an archive's landed run of these rows."""
    rows = list(models)
    started = datetime(2026, 11, 20, 9, tzinfo=UTC)
    run_id = f"{started:%Y%m%dT%H%M%SZ}-{day:%m%d}{len(source):x}{attempt:x}"
    folder = data_dir / "landing" / source / day.isoformat() / run_id
    folder.mkdir(parents=True)
    path = folder / "counters.parquet"
    pl.DataFrame(rows, schema=SCHEMA).write_parquet(path)
    manifest = Manifest(
        run_id=run_id,
        source=source,
        endpoint="https://hub.example",
        scope="full",
        snapshot_date=day,
        started_at=started,
        finished_at=started + timedelta(seconds=3),
        status="landed",
        rows=len(rows),
        files=(RawFile(path.name, "https://hub.example/file", files.sha256(path), path.stat().st_size),),
    )
    (folder / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")
    return LandedRun(folder, manifest)
