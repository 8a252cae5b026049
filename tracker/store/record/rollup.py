"""Daily rollups: sums of each night by family, country and more, so that years of history answer in milliseconds.

Attribution is computed once (`credits`: the groups of each model with their credit). A night's rollup is then one join
of its record file with `credits`. Tasks, relations and origins are those of today's lineage.
"""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

from tracker.sql.connect import Connection, literal, parquet, rows, value
from tracker.store.base import data_folder, runs, touched
from tracker.store.record import rollup_files

log = logging.getLogger(__name__)

_CREDITED = """
create or replace temp table credited as
select
  l.model_key, l.credit, m.created_at::date as created_on, l.line as code,
  coalesce(p.country, 'unreviewed') as publisher_country,
  coalesce(l.relation, 'root') as relation,
  coalesce(m.pipeline_tag, '') as pipeline_tag
from (
  select model_key, credit, line, relation from lineage where variant = 'default'
  union all
  select r.model_key, 1000000000, coalesce(v.line, -1), null
  from roots as r left join verdicts as v on v.model_key = r.model_key
) as l
join model_facts as m on m.model_key = l.model_key
left join publishers as p on contains(m.model_id, '/') and p.namespace = lower(split_part(m.model_id, '/', 1))
  and (p.until is null or m.created_at is null or m.created_at::date <= p.until)
"""

_GROUPS = """
create or replace temp table rollup_groups as
select
  (row_number() over (
    order by f.line, f.developer, g.code, g.publisher_country, g.relation, g.pipeline_tag
  ) - 1)::integer as group_number,
  g.*, f.family, f.line, f.developer, f.country as origin_country
from (select distinct code, publisher_country, relation, pipeline_tag from credited) as g
join lineage_lines as f on f.number = g.code
"""

_CREDITS = """
create or replace temp table credits as
select c.model_key, g.group_number, c.credit, c.created_on
from credited as c
join rollup_groups as g using (code, publisher_country, relation, pipeline_tag)
"""

# integers, because sums of floats depend on the order in which threads add them: a rerun must give the same bytes
_NIGHT = """
create or replace temp table night_groups as
select
  c.group_number,
  sum(c.credit) as models,
  coalesce(sum(c.credit) filter (c.created_on > {since} and c.created_on <= {day}), 0) as new_models,
  sum(c.credit::decimal(38, 0) * s.downloads_30d) as downloads_30d,
  sum(c.credit::decimal(38, 0) * s.downloads_all_time) as downloads_all_time,
  sum(c.credit::decimal(38, 0) * s.likes) as likes,
  count(*) as models_n
from {night} as s
join credits as c on c.model_key = s.model_key
group by c.group_number
"""

_DAILY_ROLLUP = """
insert into daily_rollup
select {day}, g.family, g.line, g.developer, g.origin_country, g.publisher_country, g.relation, g.pipeline_tag,
  n.models, n.new_models, if(g.relation = 'root', 0, n.models), n.downloads_30d, n.downloads_all_time, n.likes,
  n.models_n
from night_groups as n
join rollup_groups as g using (group_number)
order by n.group_number
"""

_DAILY_FAMILIES = """
insert into daily_families
select {day}, g.family, g.line, g.developer, g.origin_country,
  sum(n.models), sum(n.new_models), sum(if(g.relation = 'root', 0, n.models)), sum(n.downloads_30d),
  sum(n.downloads_all_time), sum(n.likes), sum(n.models_n)
from night_groups as n
join rollup_groups as g using (group_number)
group by all
order by g.line
"""

# nights without a rollup, or with one of another run; `new_models` counts since the night before of its source, scope
_OWED = """
with shown as (
  select snapshot_date, run_id, file,
    lag(snapshot_date) over (partition by source, scope order by snapshot_date) as night_before
  from nights
  where is_preferred
)
select s.snapshot_date, s.run_id, s.file, coalesce(s.night_before, s.snapshot_date - 1)
from shown as s
left join rollup_nights as r on r.snapshot_date = s.snapshot_date
where r.run_id is distinct from s.run_id
order by s.snapshot_date
"""


def attribute(connection: Connection) -> None:
    """Compute `credits` from lineage: the groups of every model."""
    for statement in (_CREDITED, _GROUPS, _CREDITS):
        connection.execute(statement)
    connection.execute("drop table credited")


def roll_up(connection: Connection, data_dir: Path, most: int | None = None) -> list[date]:
    """Build at most `most` owed rollups with today's lineage, oldest first; return their nights."""
    owed = rows(connection, _OWED)[:most]
    if not owed:
        return []
    attribute(connection)
    loaded, version = runs.newest_place(connection), data_folder.get(connection, "registry_version")
    for day, run_id, file, since in owed:
        _roll_up_night(connection, day, data_dir / file, since)
        connection.execute(
            "insert into rollup_nights values ($day, $run_id, $version, $loaded)",
            {"day": day, "run_id": run_id, "version": version, "loaded": loaded},
        )
    log.info("rolled up %d nights", len(owed))
    _warn_of_others(connection)
    return [day for day, *_ in owed]


def _warn_of_others(connection: Connection) -> None:
    """Warn if nights are rolled up with another registry: a trend over them would show a false step."""
    others: int = value(
        connection,
        "select count(*) from rollup_nights where registry_version is distinct from $version",
        {"version": data_folder.get(connection, "registry_version")},
    )
    if others:
        log.warning("nights rolled up with another registry: %s; run `tracker resolve`", f"{others:,}")


def is_owed(connection: Connection) -> bool:
    """Return whether a night lacks a rollup: it was loaded, and lineage was not saved since."""
    return bool(rows(connection, _OWED))


def forget_newest(connection: Connection) -> None:
    """Forget the rollup of the newest night, so that `roll_up` rebuilds it with today's lineage."""
    connection.execute("delete from rollup_nights where snapshot_date = (select max(snapshot_date) from nights)")


def forget(connection: Connection) -> None:
    """Forget all rollups, so that `roll_up` rebuilds every night."""
    connection.execute("delete from rollup_nights")


def _roll_up_night(connection: Connection, day: date, file: Path, since: date) -> None:
    texts = {"day": literal(day), "since": literal(since), "night": parquet(file)}
    connection.execute(_NIGHT.format(**texts))
    rollup_files.reopen_month(connection, day)
    touched.note_night(connection, day)
    for table, statement in (("daily_rollup", _DAILY_ROLLUP), ("daily_families", _DAILY_FAMILIES)):
        connection.execute(f"delete from {table} where snapshot_date = {texts['day']}")
        connection.execute(statement.format(**texts))
