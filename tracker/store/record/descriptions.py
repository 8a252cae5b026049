"""Descriptions: the values of a night besides its counters, so that it can be loaded again without its landed pages.

    <data_dir>/descriptions/snapshot_date=YYYY-MM-DD/<run_id>-<digest>.parquet    one row per model described again

A night's file describes only models that differ from their last description, in the order in which runs were loaded.
Names, tags and parents seldom change, so a night's file is small; the first night's is large.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tracker import files
from tracker.columns import LANDED
from tracker.sql.connect import Connection, literal, parquet, rows, value
from tracker.store.base.model_columns import DECLARED_BY, TAGS_BY

FOLDER = "descriptions"
COUNTERS = ("downloads_30d", "downloads_all_time", "likes")  # in the record's nightly files instead

# the columns of `nights` that name a run's file
NAMED = ("described_file", "described_rows", "described_sha256", "described_bytes")

_TYPES = {
    "hub_id": "varchar",
    "model_id": "varchar",
    "base_relation": "varchar",
    **{column.name: column.sql_type for column in LANDED if column.name not in COUNTERS},
}
SAID = tuple(_TYPES)  # the columns of such a file, beside the model's key
_PARQUET = "format parquet, parquet_version v2, compression zstd, compression_level 3"

# a row's hash uses the hashes of tags and parents, which a load computes anyway
_HASHED = ", ".join(f"t.{name}" for name in _TYPES if name not in ("tags", "base_models", "base_relation"))

_TOLD_ANEW = f"""
create or replace temp table told_anew as
select t.model_key, t.said_by
from (select t.model_key, hash({_HASHED}, t.tags_by, t.declared_by) as said_by from tonight as t) as t
where not exists (select 1 from described as d where d.model_key = t.model_key and d.said_by = t.said_by)
"""

_WRITTEN = f"""
select k.model_key, {", ".join(f"l.{name}" for name in _TYPES)}
from landed as l
join keys as k on k.hub_id = l.hub_id
where k.model_key in (select model_key from told_anew)
order by k.model_key
"""

_NOTED = (
    "delete from described where model_key in (select model_key from told_anew)",
    "insert into described from told_anew",
)


def write(connection: Connection, data_dir: Path, run_id: str, snapshot_date: date) -> Mapping[str, Any]:
    """Write the models of `landed` whose description changed; return the columns of `nights` that name the file."""
    connection.execute(_TOLD_ANEW)
    written = write_rows(connection, data_dir, run_id, snapshot_date, _WRITTEN)
    for statement in _NOTED:
        connection.execute(statement)
    return written


def write_rows(connection: Connection, data_dir: Path, run_id: str, day: date, select: str) -> Mapping[str, Any]:
    """Write the rows of a query, each with its model_key; return the columns of `nights` that name the file."""
    folder = data_dir / FOLDER / f"snapshot_date={day.isoformat()}"
    path, digest = files.write_by_content(
        folder,
        lambda new: connection.execute(f"copy ({select}) to {literal(str(new))} ({_PARQUET})"),
        lambda digest: folder / f"{run_id}-{digest[:16]}.parquet",
    )
    return {
        "described_file": path.relative_to(data_dir).as_posix(),
        "described_rows": value(connection, f"select count(*) from {_read(path)}"),
        "described_sha256": digest,
        "described_bytes": path.stat().st_size,
    }


_NEXT = """
select run_id, snapshot_date, described_file
from nights
where loaded > $loaded and described_file is not null
order by loaded
limit 1
"""


def hand_on(connection: Connection, data_dir: Path, file: str, loaded: int) -> None:
    """Drop a run's file from the order of loading: the next run's file is rewritten with the rows that it relied on.

    If there is no next run, the models of this file are forgotten, so that the next load describes them again.
    """
    gone = f"{_read(data_dir / file)} where model_key in (select model_key from model_facts)"
    heir = rows(connection, _NEXT, {"loaded": loaded})
    if not heir:
        connection.execute(f"delete from described where model_key in (select model_key from {_read(data_dir / file)})")
        return
    run_id, day, own_file = heir[0]
    own = _read(data_dir / own_file)
    select = f"""
      from (from {own} union all by name from {gone} and model_key not in (select model_key from {own}))
      order by model_key
    """
    written = write_rows(connection, data_dir, run_id, day, select)
    settled = ", ".join(f"{name} = ${name}" for name in written)
    connection.execute(f"update nights set {settled} where run_id = $run_id", {**written, "run_id": run_id})


def drop(connection: Connection, data_dir: Path, file: str, run_id: str, day: date, gone: str) -> Mapping[str, Any]:
    """Rewrite a run's file without the rows for which `gone` is true; return the columns of `nights` that name it."""
    kept = f"from {_read(data_dir / file)} where not {gone} order by model_key"
    return write_rows(connection, data_dir, run_id, day, kept)


def know_nothing(connection: Connection) -> None:
    """Forget all descriptions, so that the next run describes all of its models."""
    connection.execute("delete from described")


def begin(connection: Connection) -> None:
    """Create the empty table `described_now`, before all nights are read in the order of loading."""
    declared = ", ".join(f"{name} {kind}" for name, kind in _TYPES.items())
    connection.execute(f"create or replace temp table described_now (model_key integer, {declared})")


def lay(connection: Connection, rows_of_run: str) -> None:
    """Update `described_now` by a run; `rows_of_run` is a table expression of its rows with their model_key."""
    connection.execute(f"create or replace temp table described_anew as from {rows_of_run}")
    connection.execute("delete from described_now where model_key in (select model_key from described_anew)")
    there = {name for name, *_ in rows(connection, "describe described_anew")}
    columns = ", ".join(["model_key", *(name for name in _TYPES if name in there)])
    connection.execute(f"insert into described_now by name select {columns} from described_anew")


def lay_file(connection: Connection, data_dir: Path, file: str) -> None:
    """Update `described_now` by the run of this file."""
    lay(connection, _read(data_dir / file))


def landed_sql(data_dir: Path, file: str) -> str:
    """Return the query for the rows, as they were landed, of the run that was read last. `file`: its counters."""
    counters = ", ".join(f"c.{name}" for name in COUNTERS)
    return f"""
      select {", ".join(f"d.{name}" for name in _TYPES)}, {counters}
      from {_read(data_dir / file)} as c join described_now as d on d.model_key = c.model_key
    """


def end(connection: Connection) -> None:
    """Store the last description of every known model in `described`, after all runs are read.

    If a run has two places in the order of loading, nothing is stored and the next run describes all its models.
    """
    know_nothing(connection)
    connection.execute(
        f"""
        insert into described
        select t.model_key, hash({_HASHED}, {TAGS_BY}, {DECLARED_BY}) from described_now as t
        where t.model_key in (select model_key from model_facts)
          and not exists (select 1 from nights where reloaded is not null)
        """
    )
    connection.execute("drop table described_now")


def _read(path: Path) -> str:
    return parquet(path)
