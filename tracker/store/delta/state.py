"""Tables of the state as whole copies, for engines that know no parts: written once a month, or as a setting says.

    <data_dir>/delta/<table>/<digest>.parquet    rows of a published table or view, as people read it

Their parts hold rows that have ended, which a plain reader would count. A copy is written when its time has come, and
when a night was forgotten or something has to go out of all generations: it would still say it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tracker import files
from tracker.sql.connect import Connection, literal, parquet, rows, value
from tracker.store.base import data_folder, purges

FOLDER = "delta"
NAMED = "delta"  # as what manifests name them
_NOTED = "delta_state"  # fact of the folder: the copies that hold, and what they were made of

TABLES: Mapping[str, str] = {  # with what their rows stand in order by
    "models": "model_key",
    "lineage": "model_key, root_id",
    "nearest": "model_key, line",
    "families": "line",
}
_PERIODS = {"night": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m"}
NEVER = "never"
_PARQUET = "format parquet, parquet_version v2, compression zstd, compression_level 3"

_NEWEST = "select snapshot_date, source from nights where is_preferred order by snapshot_date desc limit 1"
_CORRECTED = "select count(*) from runs where source in ('forget', 'private')"


def folder(data_dir: Path, table: str) -> Path:
    """Return the folder of a table."""
    return data_dir / FOLDER / table


def bring_up_to_date(connection: Connection, data_dir: Path, each: str) -> None:
    """Write the copies where they are due, from the copy attached as `fresh`. `each`: night, week, month or never."""
    day, source = rows(connection, _NEWEST)[0]
    corrected = value(connection, _CORRECTED)
    before = _noted(connection)
    if not before and each == NEVER:
        return
    is_wrong = bool(before) and (before["corrected"] != corrected or bool(purges.owed(connection)))
    period = None if each == NEVER else f"{day:{_PERIODS[each]}}"
    if not is_wrong and (period is None or (before and before["period"] == period)):
        return
    connection.execute("use fresh")
    named = [_write(connection, data_dir, table, day, source) for table in TABLES]
    connection.execute("use work")
    noted = {"period": period, "corrected": corrected, "files": named}
    data_folder.put(connection, _NOTED, json.dumps(noted))


def named(connection: Connection) -> Sequence[Mapping[str, Any]]:
    """Return the copies that hold, as a manifest names them."""
    found: Sequence[Mapping[str, Any]] = _noted(connection).get("files", ())
    return found


def _noted(connection: Connection) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(data_folder.get(connection, _NOTED) or "{}")
    return found


def _write(connection: Connection, data_dir: Path, table: str, day: date, source: str) -> dict[str, Any]:
    place = folder(data_dir, table)
    select = f"select {_columns(connection, table)} from {table} order by {TABLES[table]}"
    path, digest = files.write_by_content(
        place,
        lambda new: connection.execute(f"copy ({select}) to {literal(str(new))} ({_PARQUET})"),
        lambda digest: place / f"{digest[:16]}.parquet",
    )
    return {
        "table": table,
        "day": day.isoformat(),
        "source": source,
        "file": path.relative_to(data_dir).as_posix(),
        "rows": value(connection, f"select count(*) from {parquet(path)}"),
        "bytes": path.stat().st_size,
        "sha256": digest,
    }


def _columns(connection: Connection, table: str) -> str:
    """Return the columns of a table; a moment without a zone is of UTC, and says so: many readers know no others."""
    columns = rows(connection, f"describe {table}")
    zoned = {"TIMESTAMP": '"{0}"::timestamptz as "{0}"'}
    return ", ".join(zoned.get(kind, '"{0}"').format(name) for name, kind, *_ in columns)
