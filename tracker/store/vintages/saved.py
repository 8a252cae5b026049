"""Save the parsed rows of a run: a file for each table, with the vintage before the table's own columns.

    <data_dir>/sources/<source>/<table>/<run_id>.parquet

A file never changes, and none is ever replaced: what a source said on an earlier day stays what it said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from tracker import disk, files
from tracker.errors import StoreError
from tracker.landing import Manifest
from tracker.sql.connect import Connection, transaction, value
from tracker.store.base import runs

FOLDER = "sources"


def save(
    connection: Connection, data_dir: Path, manifest: Manifest, tables: Mapping[str, pl.DataFrame], taken: set[str]
) -> None:
    """Write the frames of a run and note it as loaded. `taken`: names of published tables that are not a source's."""
    clash = sorted({name for table in tables for name in (table, f"{table}_current")} & taken)
    if clash:
        raise StoreError(f"source {manifest.source} gives a table {clash[0]}, which the published copy has already")
    written = [_write(data_dir, manifest, table, frame) for table, frame in tables.items()]
    with transaction(connection):
        connection.execute("delete from source_files where run_id = $run_id", {"run_id": manifest.run_id})
        for cells in written:
            connection.execute(
                "insert into source_files values"
                " ($source, $table_name, $snapshot_date, $run_id, $file, $rows, $sha256, $bytes, $raw_sha256)",
                cells,
            )
        runs.note(connection, manifest, "loaded", manifest.reason, rows_loaded=manifest.rows)


def held(data_dir: Path, source: str, table: str, *columns: str) -> pl.DataFrame:
    """Return the different values that runs of a source have brought of some columns of a table; no rows before any."""
    files = disk.matching(data_dir / FOLDER / source / table, "*.parquet")
    if not files:
        return pl.DataFrame({name: [] for name in columns})
    return pl.scan_parquet(files).select(columns).unique().collect()


def _write(data_dir: Path, manifest: Manifest, table: str, frame: pl.DataFrame) -> dict[str, object]:
    path = data_dir / FOLDER / manifest.source / table / f"{manifest.run_id}.parquet"
    vintage = frame.with_columns(
        pl.lit(manifest.snapshot_date, pl.Date).alias("snapshot_date"), pl.lit(manifest.run_id).alias("run_id")
    ).select("snapshot_date", "run_id", *frame.columns)
    with files.whole(path) as temporary:
        vintage.write_parquet(temporary, compression="zstd", compression_level=3)
    return {
        "source": manifest.source,
        "table_name": table,
        "snapshot_date": manifest.snapshot_date,
        "run_id": manifest.run_id,
        "file": path.relative_to(data_dir).as_posix(),
        "rows": frame.height,
        "sha256": files.sha256(path),
        "bytes": path.stat().st_size,
        "raw_sha256": _hashed(manifest),
    }


def _hashed(manifest: Manifest) -> str:
    """Return one hash of all raw files, the same whenever the same was landed."""
    raw = sorted((each.name, each.sha256) for each in manifest.files)
    return hashlib.sha256(json.dumps(raw).encode()).hexdigest()


def is_owed(connection: Connection) -> bool:
    """Return whether something is loaded that no published copy shows, and there is a night to publish it with."""
    owed = "select exists (from runs where status = 'loaded') and exists (from nights)"
    return bool(value(connection, owed))
