"""Rewrite nightly files of before migration 0024, once, with their day as a column.

Nothing else is changed until all new files exist. So after an interrupted or failed run the earlier version can still
open the folder, and the next run reuses the new files. Old files stay as long as a kept generation names them.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tracker import disk
from tracker.errors import StoreError
from tracker.sql.connect import Connection, literal, parquet, rows
from tracker.store.record import archive
from tracker.store.record.archive import RecordFile

log = logging.getLogger(__name__)

NUMBER = 24  # of the migration

Rewritten = Sequence[tuple[str, RecordFile]]

_NIGHTS = "select file, sha256, snapshot_date, run_id, source, scope from nights order by snapshot_date, source, scope"


def write_anew(connection: Connection, data_dir: Path) -> Rewritten:
    """Rewrite the file of every night; return pairs of the old file and the new one."""
    nights = rows(connection, _NIGHTS)
    written = []
    for number, (file, sha256, day, run_id, source, scope) in enumerate(nights, 1):
        night = {"run_id": run_id, "snapshot_date": day, "source": source, "scope": scope}
        there = _written_before(data_dir, day, sha256)
        written.append((file, there or _write(connection, data_dir, file, sha256, night)))
        if not there:
            log.info("wrote night %d of %d anew, with its day inside: %s", number, len(nights), day)
    return written


def _write(connection: Connection, data_dir: Path, file: str, sha256: str, night: dict[str, object]) -> RecordFile:
    if not disk.has_file(data_dir / file):
        raise StoreError(
            f"{data_dir / file} is missing, so that the record cannot be brought forward; put it back from a backup, "
            "then run again: nothing was changed"
        )
    connection.execute(f"create or replace temp table tonight as from {parquet(data_dir / file)}")
    written = archive.write_night(connection, data_dir, **night, instead_of=sha256)  # type: ignore[arg-type]
    connection.execute("drop table tonight")
    return written


def _written_before(data_dir: Path, day: date, sha256: str) -> RecordFile | None:
    """Return the new file that an interrupted run already wrote for an old one; None if there is none."""
    folder = data_dir / "snapshots" / f"snapshot_date={day.isoformat()}"
    for path in disk.matching(folder, "*.json"):
        facts = json.loads(disk.read_text(path))
        file = path.with_suffix(".parquet")
        if facts.get("instead_of") == sha256 and file.is_file() and file.stat().st_size == facts["bytes"]:
            counted = {
                name: facts[name] for name in ("downloads_30d", "downloads_all_time", "likes", "sha256", "bytes")
            }
            return RecordFile(file=file.relative_to(data_dir).as_posix(), models=facts["rows"], **counted)
    return None


def settle(connection: Connection, written: Rewritten) -> None:
    """Update `nights`, and the months made of them, to the new files. Runs inside the migration's transaction."""
    for file, new in written:
        connection.execute(
            "update nights set file = $new, sha256 = $sha256, bytes = $bytes where file = $file",
            {"file": file, "new": new.file, "sha256": new.sha256, "bytes": new.bytes},
        )
    taken = {file: new.file for file, new in written}
    for month, file, made_of in rows(connection, "select month, file, made_of from months"):
        names = [taken.get(name, name) for name in made_of]
        connection.execute(
            f"update months set made_of = {literal(names)} where month = $month and file = $file",
            {"month": month, "file": file},
        )
