"""Facts that change every night and so are kept outside the parts: which rows are shown, and the newest counters.

The record has most of these counters. A piece of the generation holds those that the record lacks, or that differ from
it because several runs of a day were combined. So the copy can be rebuilt from files.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tracker.columns import STORED
from tracker.sql.connect import Connection, parquet, rows

TABLE = "newest_rows"

_COUNTERS = [each.name for each in STORED if each.is_counter]
_RECORDED = ("downloads_30d", "downloads_all_time", "likes")
_OTHERS = [name for name in _COUNTERS if name not in _RECORDED]
_TYPES = {each.name: each.sql_type for each in STORED}

_OF_MODELS = "select file from parts where table_name = 'models' order by part"

_CHANGED = """
create or replace temp table changed_models as
select model_key, max(part)::smallint as part from {later} group by model_key order by model_key
"""

# parts of models are sorted by key: this is the row order of their files, on which a copy's positional join relies
_ROWS = """
create or replace temp table newest_rows as
select
  p.model_key,
  not p.is_gone and (if(p.part = 0, c.part is null, c.part = p.part)) as is_shown,
  {is_newest} as is_newest,
  {counters}
from {parts} as p
left join changed_models as c on c.model_key = p.model_key
{beside}
order by p.part, p.model_key
"""

_BESIDE_WORK = """
left join model_counts as m on m.model_key = p.model_key
cross join (select max(snapshot_date) as newest from nights) as n
"""

_BESIDE_FILES = """
left join {night} as n on n.model_key = p.model_key
left join {piece} as w on w.model_key = p.model_key
cross join (from {piece} where model_key is null) as u
"""

# the row without a model holds the usual values, for models without a row; `is_whole`: the record's are not used
PIECE = f"""(
  with shown as (from fresh.newest_rows where is_shown and is_newest),
  usual as (select {", ".join(f"({{usual_{name}}}) as {name}" for name in _OTHERS)}),
  beside as (
    select
      s.model_key,
      n.model_key is null or {" or ".join(f"n.{name} is distinct from s.{name}" for name in _RECORDED)} as is_whole,
      {", ".join(f"if(is_whole, s.{name}, null) as {name}" for name in _RECORDED)},
      {", ".join(f"s.{name}" for name in _OTHERS)},
      is_whole or {" or ".join(f"s.{name} is distinct from u.{name}" for name in _OTHERS)} as is_told
    from shown as s
    left join {{night}} as n on n.model_key = s.model_key
    cross join usual as u
  )
  select * exclude (is_told), {{whole}} as piece from beside where is_told
  union all
  select null, false, {", ".join(f"null::{_TYPES[name]}" for name in _RECORDED)}, {", ".join(_OTHERS)}, {{whole}}
  from usual
  order by model_key nulls first
)"""
_USUAL = "select {0} from shown group by {0} order by count(*) desc, {0} nulls first limit 1"


def lay_out(connection: Connection, data_dir: Path) -> None:
    """Create the temporary tables `changed_models` and `newest_rows`, which a copy holds itself beside its parts."""
    named = [data_dir / file for (file,) in rows(connection, _OF_MODELS)]
    counters = ",\n  ".join(f"if(m.last_seen = n.newest, m.{name}, null) as {name}" for name in _COUNTERS)
    _lay_out(connection, named, "m.last_seen = n.newest", counters, _BESIDE_WORK)


def lay_out_from_files(connection: Connection, parts: Sequence[Path], night: Path, piece: Path) -> None:
    """Create the same tables from files of an earlier generation: parts of models, its newest night, and its piece."""
    told = {name: f"if(w.is_whole, w.{name}, n.{name}::bigint)" for name in _RECORDED}
    told |= {name: f"if(w.model_key is null, u.{name}, w.{name})" for name in _OTHERS}
    counters = ",\n  ".join(f"if(is_shown and is_newest, {told[name]}, null) as {name}" for name in _COUNTERS)
    beside = _BESIDE_FILES.format(night=parquet(night), piece=parquet(piece))
    _lay_out(connection, parts, "not p.is_gone and p.last_seen is null", counters, beside)


def _lay_out(connection: Connection, parts: Sequence[Path], is_newest: str, counters: str, beside: str) -> None:
    empty = "(select null::integer as model_key, null::smallint as part where false)"
    connection.execute(_CHANGED.format(later=parquet(parts[1:]) if parts[1:] else empty))
    connection.execute(_ROWS.format(is_newest=is_newest, counters=counters, parts=parquet(parts), beside=beside))


def clear(connection: Connection) -> None:
    """Drop these temporary tables, so that the views over parts read the copy's own tables."""
    for table in ("changed_models", "newest_rows"):
        connection.execute(f"drop table temp.{table}")


def piece(night: Path, whole: str) -> str:
    """Return a table expression over the numbers of the copy `fresh` that differ from its newest night's file."""
    usual = {f"usual_{name}": _USUAL.format(name) for name in _OTHERS}
    return PIECE.format(night=parquet(night), whole=whole, **usual)
