"""Private repositories that a folder holds are dropped: from the present state and from every night of the record.

Walks leave out what only their token can see. A folder holds such a repository all the same where an earlier version
walked, or where it was public once; it goes with its public days, and once that is published out of earlier
generations too (`purging`).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from tracker.landing import LandedRun
from tracker.landing.parse.rows import rows_sql
from tracker.sql.connect import Connection, literal, parquet, rows, transaction, value
from tracker.store.base import data_folder, model_state, purges, runs, touched
from tracker.store.base.purges import Gone
from tracker.store.lineage.candidates import forget_parents
from tracker.store.load.succession import newest_night
from tracker.store.record import archive, descriptions
from tracker.store.restated import causes, restating
from tracker.store.restated.causes import Cause
from tracker.words import several

SOURCE = "private"  # of the runs that drop private repositories
OWED = "restating"  # the fact of the folder that names such a run until the figures are compared

log = logging.getLogger(__name__)

_NOTED = """
insert into private_models
select distinct hub_id, $day::date from private_tonight
where hub_id not in (select hub_id from private_models where found_on >= $day)
"""

# one that was seen in public after that day is private no longer
_HELD = """
create or replace temp table private_held as
select model_key, hub_id
from models
where private or (last_seen <= $day and model_key in (
  select model_key from keys where hub_id in (select hub_id from private_tonight)))
"""

_KEYED = (*model_state.TABLES, "tags", "model_versions", "edges", "edge_versions", "former_names", "events")
_IS_HELD = "model_key in (select model_key from private_held)"

_COUNTED = """
insert into restatements (run_id, figure, period, "key", "before", "after", class, reason)
select $run_id, 'models.private', $day, $source, count(*), 0, 'correction', $reason from private_held
"""


def drop(connection: Connection, data_dir: Path, landed: LandedRun | None, asked: Sequence[str]) -> bool:
    """Drop the private repositories that are held; return whether lineage is to be traced and figures compared then.

    They are those whose description says so, those that a walk found (`landed`), and those that asking the Hub by name
    has shown (`asked`, hub_ids). A run of source `private` and a row of `restatements` tell how many they were.
    """
    newest = newest_night(connection)
    day = landed.manifest.snapshot_date if landed else newest
    if day is None:
        return False
    _find(connection, landed, asked, day)
    held: int = value(connection, "select count(*) from private_held")
    if held and newest is not None:
        with transaction(connection):
            _drop(connection, data_dir, held, newest)
    return data_folder.get(connection, OWED) is not None


def _find(connection: Connection, landed: LandedRun | None, asked: Sequence[str], day: date) -> None:
    """Leave the temporary table `private_held`, and note what was found for nights that are loaded later."""
    connection.execute("create or replace temp table private_tonight (hub_id varchar)")
    told = sorted({*asked, *(landed.private_ids() if landed else ())})
    connection.execute(f"insert into private_tonight select unnest({literal(told)}::varchar[])")
    if landed and landed.parts:
        connection.execute(f"insert into private_tonight select hub_id from {rows_sql(landed.parts)} where private")
    for statement in (_NOTED, _HELD):
        connection.execute(statement, {"day": day})


def _drop(connection: Connection, data_dir: Path, held: int, newest: date) -> None:
    started = datetime.now(UTC)
    restating.begin(connection, Cause("correction", "private", is_alone=True))
    forget_parents(connection)
    nights = _rewrite_nights(connection, data_dir)
    for table in (*_KEYED, "described"):
        connection.execute(f"delete from {table} where {_IS_HELD}")
    touched.note_all(connection)  # no part that is shown holds them then
    for table in ("confirmations", "watch_matches"):
        connection.execute(f"delete from {table} where hub_id in (select hub_id from private_held)")
    what = f"{held:,} private {'repository' if held == 1 else 'repositories'}"
    reason = (
        f"{what}, which nobody without a token may see, "
        f"{'was' if held == 1 else 'were'} dropped with all days; "
        f"{several(nights, 'night', ('is', 'are'))} counted anew"
    )
    endpoint = data_folder.get(connection, "endpoint") or ""
    run_id = runs.note_change(connection, SOURCE, (newest, "full"), endpoint, started, reason)
    connection.execute(_COUNTED, {"run_id": run_id, "day": newest, "source": data_folder.OWN_SOURCE, "reason": reason})
    causes.tell(connection, run_id, reason)
    data_folder.put(connection, OWED, run_id)
    keys, ids = rows(connection, "select list(model_key order by model_key), list(hub_id) from private_held")[0]
    purges.owe(connection, Gone(what, models=keys, hub_ids=ids))
    log.warning("%s; the table restatements has the figures that change", reason)


def _rewrite_nights(connection: Connection, data_dir: Path) -> int:
    """Write the files of nights again without them; their rollups are owed then. Returns how many nights had one."""
    written = 0
    listed = "select run_id, snapshot_date, source, scope, file, described_file from nights order by loaded"
    for run_id, day, source, scope, file, described in rows(connection, listed):
        night = {"run_id": run_id, "snapshot_date": day, "source": source, "scope": scope}
        if _holds_any(connection, data_dir / file):
            _rewrite(connection, data_dir, file, night)
            written += 1
        if described and _holds_any(connection, data_dir / described):
            settled = descriptions.drop(connection, data_dir, described, run_id, day, _IS_HELD)
            runs.settle_night(connection, night, settled)
    return written


def _rewrite(connection: Connection, data_dir: Path, file: str, night: dict[str, object]) -> None:
    """Write a night's counters without them; its hash is made of what the record keeps then."""
    connection.execute(f"create or replace temp table tonight as from {parquet(data_dir / file)} where not {_IS_HELD}")
    written = archive.write_night(connection, data_dir, **night)  # type: ignore[arg-type]
    runs.settle_night(connection, night, {**vars(written), "rows_sha256": None, "hashed_of": None})
    connection.execute("delete from rollup_nights where snapshot_date = $day", {"day": night["snapshot_date"]})


def _holds_any(connection: Connection, path: Path) -> bool:
    return bool(rows(connection, f"select 1 from {parquet(path)} where {_IS_HELD} limit 1"))


def end(connection: Connection) -> None:
    """Keep the published figures that are other than before, once lineage and rollups are made without them."""
    if data_folder.get(connection, OWED) is None:
        return
    with transaction(connection):
        restating.settle(connection)
        data_folder.remove(connection, OWED)
