"""The tables of models of a copy, as immutable Parquet parts that generations share.

    <data_dir>/parts/<table>/<digest>.parquet    rows of a table, by model

Part 0 of a table is complete. A night writes a new part with all rows of each changed model, or one row with `is_gone`
if it has none. A later part replaces the rows of its models in earlier parts. All tables have the same parts. Each
sixteenth part merges those since the sixteenth before, so there are few parts after many nights. Before the later parts
outgrow a quarter of part 0, everything is written again as part 0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker import files
from tracker.sql.connect import Connection, literal, parquet, rows, value
from tracker.store.base import data_folder, touched
from tracker.store.publish.selects import PARTED

FOLDER = "parts"

_PARQUET = "format parquet, parquet_version v2, compression zstd, compression_level 3"
# facts of the folder: the newest night when parts were last written, and a digest of how they were written
_NEWEST_OF_PARTS = "newest_of_parts"
_MADE_BY = "parts_made_by"
_FOLD_AT = 0.25  # readers look up every model of the later parts; writing part 0 again writes everything
_TAKES_UP = 16  # and open each of their files

# rows of one model are adjacent, in an order that depends only on their values
_ORDER = {
    "models": "model_key",
    "parents": "model_key, ordinal, relation, parent_id",
    "lineage_rows": "model_key, root_id, root_key",
    "lineage_variant_rows": "model_key, variant, root_id, root_key",
    "nearest_rows": "model_key, line",
    "nearest_variants": "model_key, variant, line",
    "edges": "coalesce(model_key, 0), model_id, parent_id, relation, parent_key",
    "edge_variants": "coalesce(model_key, 0), variant, model_id, parent_id, relation, parent_key",
}

# the touched models, and models that refer to one that was renamed or removed
_CHOSEN = f"""
create or replace temp table chosen_models as
with named as (select distinct model_key from touched where is_named),
names as (
  select lower(model_id) as name from model_facts where model_key in (from named)
  union
  select lower(model_id) from former_names where model_key in (from named)
)
select distinct model_key
from (
  select model_key from touched
  union all
  select model_key from edges
  where lower(parent_id) in (from names)
    or parent_hub_id in (select hub_id from keys where model_key in (from named))
  union all
  select model_key from lineage where root_key in (from named) or via_key in (from named)
  union all
  select coalesce(model_key, {touched.NO_MODEL}) from counted_edges where parent_key in (from named)
  union all
  -- whose terms of a licence have begun or ended since
  select v.model_key
  from verdicts as v
  join licenses as l on l.terms = v.license_terms
  where (l.holds_from > $since and l.holds_from <= $until) or (l.holds_until > $since and l.holds_until <= $until)
)
"""

_ALL = f"""
create or replace temp table chosen_models as
select model_key from model_facts
union all
select {touched.NO_MODEL}
"""

_IS_WHOLE = """
select
  (select count(*) from parts) = 0
  or (select count(*) from touched where model_key is null) > 0
  or (select coalesce(sum(rows), 0) from parts where table_name = 'models' and part > 0)
    + (select count(*) from chosen_models) > $most * (select rows from parts where table_name = 'models' and part = 0)
"""

_SINCE = "select file from parts where table_name = 'models' and part > $part order by part"

# each part of models has a row for every chosen model
_JOINED = "insert into chosen_models select model_key from {since} except from chosen_models"

_GONE = """
union all by name
select c.model_key, true as is_gone from chosen_models as c
where c.model_key not in (select coalesce(r.model_key, 0) from chosen_rows as r)
"""


def bring_up_to_date(connection: Connection, data_dir: Path) -> None:
    """Write a part with the models that changed since the newest part, or everything as part 0 if too many changed.

    It clears `touched`. `find_parents` must have been called. Must run inside a transaction of the caller's.
    """
    until: date = value(connection, "select max(snapshot_date) from nights")
    since = data_folder.get(connection, _NEWEST_OF_PARTS)
    if data_folder.get(connection, _MADE_BY) != _made_by():
        touched.note_all(connection)
    connection.execute(_CHOSEN, {"since": date.fromisoformat(since) if since else until, "until": until})
    if value(connection, _IS_WHOLE, {"most": _FOLD_AT}):
        connection.execute(_ALL)
        connection.execute("delete from parts")
        _write(connection, data_dir, 0)
    elif value(connection, "select count(*) from chosen_models"):
        number = value(connection, "select max(part) + 1 from parts")
        if number % _TAKES_UP == 0:
            _take_up(connection, data_dir, number - _TAKES_UP)
        _write(connection, data_dir, number)
    touched.forget(connection)
    data_folder.put(connection, _NEWEST_OF_PARTS, until.isoformat())
    data_folder.put(connection, _MADE_BY, _made_by())
    connection.execute("drop table chosen_models")


def _take_up(connection: Connection, data_dir: Path, part: int) -> None:
    """Mark the parts since this one as merged into the next part."""
    since = [data_dir / file for (file,) in rows(connection, _SINCE, {"part": part})]
    if since:
        connection.execute(_JOINED.format(since=parquet(since)))
        connection.execute("delete from parts where part > $part", {"part": part})


def _made_by() -> str:
    """Return a digest of all that determines a part's content; parts with another digest are rewritten."""
    return hashlib.sha256(repr((PARTED, _ORDER, _PARQUET)).encode()).hexdigest()


def _write(connection: Connection, data_dir: Path, part: int) -> None:
    """Write a part of each table with the rows of the chosen models."""
    for table, select in PARTED.items():
        chosen = select.replace("{chosen}", "(select c.model_key from chosen_models as c)")
        connection.execute(f"create or replace temp table chosen_rows as {chosen}")
        columns = rows(connection, "select column_name from (describe chosen_rows)")
        text = f"""
          select {part}::smallint as part, coalesce(is_gone, false) as is_gone, {", ".join(name for (name,) in columns)}
          from (select *, false as is_gone from chosen_rows {_GONE if part else ""})
          order by {_ORDER[table]}
        """
        _note(connection, data_dir, table, part, text)
    connection.execute("drop table chosen_rows")


def _note(connection: Connection, data_dir: Path, table: str, part: int, select: str) -> None:
    folder = data_dir / FOLDER / table
    path, digest = files.write_by_content(
        folder,
        lambda new: connection.execute(f"copy ({select}) to {literal(str(new))} ({_PARQUET})"),
        lambda digest: folder / f"{digest[:16]}.parquet",
    )
    connection.execute(
        "insert into parts values ($table, $part, $file, $rows, $sha256, $bytes)",
        {
            "table": table,
            "part": part,
            "file": path.relative_to(data_dir).as_posix(),
            "rows": value(connection, f"select count(*) from {parquet(path)}"),
            "sha256": digest,
            "bytes": path.stat().st_size,
        },
    )


@dataclass(frozen=True)
class Shown:
    """The parts that a copy shows: the files of each table, relative to the data folder, part 0 first."""

    files: Mapping[str, tuple[str, ...]]
    newest: date  # the newest night: `last_seen` of models whose part leaves it null
    columns: Mapping[str, frozenset[str]]  # of each relation; none of tables of models while a copy is built

    @classmethod
    def read(cls, connection: Connection, database: str) -> Shown | None:
        """Read the parts that a copy names; None for a copy that holds the tables of models itself."""
        known = "select 1 from duckdb_tables() where database_name = $database and table_name = 'part_files'"
        if not rows(connection, known, {"database": database}):
            return None
        found = rows(connection, f"select table_name, file from {database}.part_files order by table_name, part")
        if not found:
            return None
        newest: date = value(connection, f"select max(snapshot_date) from {database}.nights")
        files = {table: tuple(file for of, file in found if of == table) for table in PARTED}
        return cls(files, newest, _columns(connection, database))


def _columns(connection: Connection, database: str) -> dict[str, frozenset[str]]:
    """Return the columns of each relation of a copy; those of views are known even if their files are missing."""
    known = """
      select table_name, list(column_name) from duckdb_columns()
      where database_name = $database and not internal
      group by table_name"""
    return {table: frozenset(columns) for table, columns in rows(connection, known, {"database": database})}


def rows_sql(
    data_dir: Path, named: Sequence[str], table: str, database: str | None = None, *, has_newest: bool = False
) -> str:
    """Return a table expression over the shown rows of a table.

    `has_newest`: for models, with the counters of the newest night; a filter then still reads the whole table.
    """
    places = [data_dir / file for file in named]
    at = f"{database}." if database else ""
    if has_newest:
        return f"""(
          select p.*, n.* exclude (model_key, is_shown)
          from {parquet(places)} as p positional join {at}newest_rows as n
          where n.is_shown and n.model_key = p.model_key
        )"""
    key = "coalesce(p.model_key, 0)" if table in ("edges", "edge_variants") else "p.model_key"
    whole = f"""
      select p.* from {parquet(places[0])} as p
      anti join {at}changed_models as c on c.model_key = {key}"""
    if not places[1:]:
        return f"({whole})"
    return f"""(
      {whole}
      union all
      select p.* from {parquet(places[1:])} as p
      join {at}changed_models as c on c.model_key = {key} and c.part = p.part
      where not p.is_gone
    )"""
