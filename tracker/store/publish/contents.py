"""The contents of a generation's manifest: the files of its tables, its day, and the id of its copy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tracker import __version__
from tracker.sql.connect import Connection, frame, rows, value
from tracker.store.base import data_folder, kept_registry
from tracker.store.base.generations import Generation
from tracker.store.delta import state
from tracker.store.record import months

# the files that hold each table's rows. The database file is named without its hash: it is built from the others, and
# equal rows need not give equal bytes
TABLES: Mapping[str, str] = {
    "nights": """
select snapshot_date::varchar as day, source, scope, run_id, is_preferred as shown, file, models as rows, bytes, sha256,
  rows_sha256, hashed_of
from nights
order by day, source, scope
""",
    "descriptions": """
select snapshot_date::varchar as day, source, scope, described_file as file, described_rows as rows,
  described_bytes as bytes, described_sha256 as sha256
from nights
where described_file is not null
order by day, source, scope
""",
    "history": f"""
select strftime(month, '%Y-%m') as month, file, models as rows, bytes, sha256 from {months.SHOWN} order by month, file
""",
    "rollups": """
select strftime(month, '%Y-%m') as month, rollup, file, groups as rows, bytes, sha256
from rollup_months
order by month, rollup, day
""",
    "parts": """
select table_name as "table", part, file, rows, bytes, sha256 from parts order by "table", part
""",
    "pieces": """
select table_name as "table", piece, file, rows, bytes, sha256 from pieces order by "table", piece
""",
    "sources": """
select source, table_name as "table", snapshot_date::varchar as day, run_id as vintage, file, rows, bytes, sha256
from source_files
order by source, "table", day, vintage
""",
}

_NIGHTS = """
select n.snapshot_date::varchar, n.source, n.scope, n.rows_sha256, r.registry_version
from nights as n
left join rollup_nights as r on r.snapshot_date = n.snapshot_date and r.run_id = n.run_id
order by all
"""

_VINTAGES = "select source, table_name, snapshot_date::varchar, raw_sha256 from source_files order by all"

_NEW_WALK = """
select n.snapshot_date
from nights as n
join runs as r on r.run_id = n.run_id and r.status = 'loaded'
where n.source = $own and n.snapshot_date = (select max(snapshot_date) from nights)
"""


def copy_id(connection: Connection) -> str:
    """Return the id of what is loaded and resolved: a hash over the inputs, so equal inputs give equal ids anywhere.

    The inputs of a night are its day, source, scope, the hash of its rows and the registry of its rollup. The inputs of
    a vintage of another source are its day and the hash of its raw file. Then come the registry, the method, and the
    Hub's address. All synthetic Hubs count as one address, since theirs changes with every start.
    """
    synthetic = data_folder.get(connection, "synthetic") == "true"
    inputs = {
        "nights": rows(connection, _NIGHTS),
        "vintages": rows(connection, _VINTAGES),
        "registry": data_folder.get(connection, "registry_version"),
        "method": method_of(connection),
        "endpoint": "synthetic" if synthetic else data_folder.get(connection, "endpoint"),
    }
    given = {name: each for name, each in inputs.items() if each}  # a new kind of input must not change older ids
    return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()


def method_of(connection: Connection) -> int:
    """Return the method version of the resolved lineage; 1 for folders from before it was recorded."""
    return int(data_folder.get(connection, "method_version") or 1)


def day_of(connection: Connection, before: Generation | None, today: date) -> date:
    """Return a generation's day: that of the newest night if it is a new walk, else today; never before the last."""
    walked: date | None = value(connection, _NEW_WALK, {"own": data_folder.OWN_SOURCE})
    last = date.fromisoformat(before.facts["day"]) if before else date.min
    return max(walked or today, last)


def manifest(
    connection: Connection, data_dir: Path, database: Path, number: int, before: Generation | None, today: date
) -> dict[str, Any]:
    """Return the facts of a generation's manifest; only `day` depends on the time of the publish."""
    newest = rows(connection, "select scope from nights where is_preferred order by snapshot_date desc limit 1")
    registry = data_folder.get(connection, "registry_version")
    return {
        "generation": number,
        "day": day_of(connection, before, today).isoformat(),
        "before": {"generation": before.number, "sha256": before.sha256} if before else None,
        "copy_id": copy_id(connection),
        "schema_version": value(connection, "select max(number) from migrations"),
        "tracker_version": __version__,
        "method_version": method_of(connection),
        "endpoint": data_folder.get(connection, "endpoint"),
        "scope": newest[0][0],
        "synthetic": data_folder.get(connection, "synthetic") == "true",
        "registry": {"version": registry, "files": kept_registry.named(data_dir, registry)},
        "tables": {
            "database": [{"file": database.name}],
            **{name: frame(connection, select).to_dicts() for name, select in TABLES.items()},
            state.NAMED: state.named(connection),
        },
    }


def counted_on(connection: Connection) -> dict[str, str]:
    """Return every file that work.duckdb needs, with its sha256; also files of nights that are not shown."""
    begun = "select file, sha256 from months"  # also files of months that are not complete yet
    found = [frame(connection, select).select("file", "sha256").rows() for select in (*TABLES.values(), begun)]
    copied = [(each["file"], each["sha256"]) for each in state.named(connection)]
    return dict(sorted(pair for pairs in (*found, copied) for pair in pairs))
