"""Rollups and flow as immutable files, so that publishing costs the same after years as on the first night.

    <data_dir>/rollups/month=YYYY-MM/<rollup>-<digest>.parquet    one closed month, or one night of daily_rollup

In the newest month each night has a file of daily_rollup until the month closes. work.duckdb keeps the rows too. A
published copy names the files; of the other rollups it holds the rows that no file has yet. daily_families is small: a
copy holds all of it, so that it works without its files. Copies of earlier versions name files of it too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

from tracker import files
from tracker.sql.connect import Connection, literal, parquet, rows, value

# for each rollup the published table of the rows in no file: the newest month; none of daily_rollup; all of
# daily_families
OPEN = {
    "daily_rollup": "open_rollup",
    "daily_families": "open_families",
    "flow_flags": "open_flow_flags",
    "flow_families": "open_flow_families",
    "flow_publishers": "open_flow_publishers",
    "daily_flow": "open_daily_flow",
    "daily_flow_of_publishers": "open_daily_flow_of_publishers",
}
_OF_NIGHTS = "daily_rollup"

Files = Mapping[str, tuple[str, ...]]  # the files of each rollup, relative to the data folder, oldest first

_PARQUET = "format parquet, compression zstd, compression_level 3"

# the rollups in files, with the order of their rows; flags are sorted by model, since questions are about models
ORDER = {
    "daily_rollup": (
        "snapshot_date, family, line, developer, origin_country, publisher_country, relation, pipeline_tag"
    ),
    "flow_flags": "model_key, snapshot_date, source, scope",
    "flow_families": "snapshot_date, source, scope, line, developer, cohort, flag, days",
    "flow_publishers": "snapshot_date, source, scope, publisher_country, publisher, cohort, flag, days",
    "daily_flow": "label, source, scope, line, developer",
    "daily_flow_of_publishers": "label, source, scope, publisher_country, publisher",
}
_BY_MONTH = ("daily_flow", "daily_flow_of_publishers")  # a row is of a day and of all nights of a month that cover it

_OWED = """
select distinct date_trunc('month', n.snapshot_date)::date as month, o.rollup
from nights as n
cross join (select unnest({rollups}) as rollup) as o
where n.is_preferred
  and n.snapshot_date < (select date_trunc('month', max(snapshot_date)) from nights)
  and not exists (
    select 1 from rollup_months as m
    where m.day is null and m.month = date_trunc('month', n.snapshot_date) and m.rollup = o.rollup)
order by month, rollup
"""
_NIGHTS_OWED = """
select snapshot_date
from nights
where is_preferred
  and snapshot_date >= (select date_trunc('month', max(snapshot_date)) from nights)
  and snapshot_date not in (select day from rollup_months where day is not null)
order by snapshot_date
"""
_OF_CLOSED = """
delete from rollup_months
where day is not null and month in (select month from rollup_months where day is null)
"""


def close_months(connection: Connection, data_dir: Path) -> list[str]:
    """Write the owed files of rollups, for ended months and for nights after them; return the new files.

    Must run inside a transaction of the caller's.
    """
    owed = rows(connection, _OWED.format(rollups=literal(list(ORDER))))
    written = [_close(connection, data_dir, rollup, month) for month, rollup in owed]
    connection.execute(_OF_CLOSED)
    nights = [day for (day,) in rows(connection, _NIGHTS_OWED)]
    return [*written, *(_close(connection, data_dir, _OF_NIGHTS, day, day) for day in nights)]


def reopen_month(connection: Connection, day: date, rollups: Collection[str] = tuple(ORDER)) -> None:
    """Mark the files of a night, or of its month, as owed again; old files stay while a copy names them."""
    changed = (
        "delete from rollup_months where month = $month and coalesce(day = $day, true)"
        f" and list_contains({literal(list(rollups))}, rollup)"
    )
    connection.execute(changed, {"month": day.replace(day=1), "day": day})


def day_column(rollup: str) -> str:
    """Return the column of a rollup that determines the month of a row."""
    return "month" if rollup in _BY_MONTH else "snapshot_date"


def listed(connection: Connection, database: str) -> Files | None:
    """Return the files that a published copy names; None for a copy of before rollups were in files."""
    known = "select 1 from duckdb_tables() where database_name = $database and table_name = 'rollup_files'"
    if not rows(connection, known, {"database": database}):
        return None
    found = rows(connection, f"select rollup, file from {database}.rollup_files order by month, file")
    return {rollup: tuple(file for of, file in found if of == rollup) for rollup in OPEN}


def rows_sql(data_dir: Path, named: Files | None, rollup: str, database: str | None = None) -> str:
    """Return a table expression over all rows of a rollup: those in files and those in the copy's open table."""
    if named is None:  # a copy of before rollups were in files has them in a table
        return f"tracker.main.{rollup}"
    newest = f"{database}.{OPEN[rollup]}" if database else OPEN[rollup]
    if not named[rollup]:
        return newest
    found = parquet([data_dir / name for name in named[rollup]])
    return f"(from {found} union all from {newest})"


def _close(connection: Connection, data_dir: Path, rollup: str, first: date, day: date | None = None) -> str:
    """Write the month that begins with this day, or one night."""
    length, month = "1 day" if day else "1 month", first.replace(day=1)
    since, of = literal(first), day_column(rollup)
    chosen = f"from {rollup} where {of} >= {since} and {of} < {since} + interval {length}"
    path, digest = _write(connection, data_dir / "rollups" / f"month={month:%Y-%m}", rollup, chosen)
    name = path.relative_to(data_dir).as_posix()
    connection.execute(
        "insert into rollup_months values ($month, $rollup, $file, $groups, $sha256, $bytes, $day)",
        {
            "month": month,
            "rollup": rollup,
            "file": name,
            "groups": value(connection, f"select count(*) {chosen}"),
            "sha256": digest,
            "bytes": path.stat().st_size,
            "day": day,
        },
    )
    return name


def _write(connection: Connection, folder: Path, rollup: str, chosen: str) -> tuple[Path, str]:
    """Write rows into a file named by its content, unless it exists already: named files never change."""
    return files.write_by_content(
        folder,
        lambda new: connection.execute(f"copy ({chosen} order by {ORDER[rollup]}) to {literal(str(new))} ({_PARQUET})"),
        lambda digest: folder / f"{rollup}-{digest[:16]}.parquet",
    )
