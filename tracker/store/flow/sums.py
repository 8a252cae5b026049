"""What is kept of a night: rows of its flags, sums by lineage and by publisher, and what its classes of models did."""

from __future__ import annotations

from datetime import date

from tracker.flow.thresholds import BURST, BURST_DOWNLOADS, MOVER_30D, WINDOW_DAYS
from tracker.sql.connect import Connection
from tracker.store.flow import settling
from tracker.store.record import rollup_files

# a cohort is named by the last month of its models' creation: in reality the newer ones freeze and the old go on, and
# those of up to 2022-03, when the Hub began to date them, freeze least
COHORT = """
case
  when m.created_at is null then 'unknown'
  when epoch(m.created_at) < epoch(date '2022-04-01') then '2022-03'
  when epoch(m.created_at) < epoch(date '2024-01-01') then strftime(make_timestamp(epoch_us(m.created_at)), '%Y-12')
  when month(make_timestamp(epoch_us(m.created_at))) <= 6 then strftime(make_timestamp(epoch_us(m.created_at)), '%Y-06')
  else strftime(make_timestamp(epoch_us(m.created_at)), '%Y-12')
end
""".strip()

OF_MODELS = f"""
create or replace temp table flow_of_models as
select
  m.model_key, {COHORT} as cohort, m.created_at::date as created_on, m.library_name as library,
  coalesce(p.country, 'unreviewed') as publisher_country,
  if(p.namespace is null, '', split_part(m.model_id, '/', 1)) as publisher
from models as m
left join publishers as p on contains(m.model_id, '/') and p.namespace = lower(split_part(m.model_id, '/', 1))
  and (p.until is null or m.created_at is null or m.created_at::date <= p.until)
"""

_FLAGS = """
insert into flow_flags
select {day}, {source}, {scope}, model_key, flag, days, downloads, left_out
from flow_values
where flag not in ('ok', 'gap')
order by model_key
"""

_FAMILIES = """
insert into flow_families
with grouped as (
  select
    c.group_number, v.cohort, v.flag, v.days,
    sum(c.credit::decimal(38, 0) * coalesce(v.downloads, 0)) as downloads,
    sum(c.credit::decimal(38, 0) * v.left_out) as left_out,
    count(*) as models
  from flow_values as v
  join credits as c on c.model_key = v.model_key
  group by all
)
select {day}, {source}, {scope}, g.family, g.line, g.developer, g.origin_country, n.cohort, n.flag, n.days,
  sum(n.downloads), sum(n.left_out), sum(n.models)
from grouped as n
join rollup_groups as g on g.group_number = n.group_number
group by all
order by g.line, g.developer, n.cohort, n.flag, n.days
"""

_PUBLISHERS = """
insert into flow_publishers
select {day}, {source}, {scope}, publisher_country, publisher, cohort, flag, days,
  sum(coalesce(downloads, 0)), sum(left_out), count(*)
from flow_values
group by all
order by publisher_country, publisher, cohort, flag, days
"""

# counted are models whose last honest reading is the night before's; those of no all-time counter by their 30-day one
_CLASSES = f"""
insert into flow_classes
with counted as (
  select
    *,
    why is null and step = 'increase' and model_key not in (
      select model_key from flow_values where flag = 'retroactive') as is_counted,
    downloads is null and base is null and window_30d is not null and window_before is not null as is_window_only,
    window_before >= {MOVER_30D} as is_mover
  from flow_pass
)
select
  {{day}}, {{source}}, {{scope}}, coalesce(cohort, 'unknown') as cohort, ({{day}} - {{before}})::integer,
  count(*) filter (is_there),
  count(*) filter (is_mover and (is_counted or is_window_only)),
  count(*) filter (
    is_mover and ((is_counted and downloads = base) or (is_window_only and window_30d = window_before))),
  count(*) filter (
    is_mover and is_counted and (downloads - base) * {2 * WINDOW_DAYS} < window_before * ({{day}} - {{before}})),
  coalesce(sum(window_before) filter (is_counted), 0),
  coalesce(sum(downloads - base) filter (is_counted), 0),
  count(*) filter (step = 'fall' and why is distinct from 'fall'),
  coalesce(sum(base - downloads) filter (step = 'fall' and why is distinct from 'fall'), 0),
  count(*) filter (step = 'recovery'),
  coalesce(sum(greatest(base - downloads_before, 0)) filter (step = 'recovery'), 0),
  count(*) filter (was_there and not is_there and why is null),
  count(*) filter (is_there and not was_there and why is not null)
from counted
group by cohort
order by cohort
"""

_STEPS = f"""
insert into flow_steps
select {{day}}, {{source}}, {{scope}}, model_key, window_before, window_30d - window_before
from flow_pass
where downloads is null and base is null
  and abs(window_30d - window_before) >= {BURST_DOWNLOADS}
  and abs(window_30d - window_before) >= {BURST} * least(window_30d, window_before)::double / {WINDOW_DAYS}
order by model_key
"""

WRITTEN = {
    "flow_flags": _FLAGS,
    "flow_families": _FAMILIES,
    "flow_publishers": _PUBLISHERS,
    "flow_classes": _CLASSES,
    "flow_steps": _STEPS,
}

IN_FILES = [table for table in WRITTEN if table in rollup_files.ORDER]


def write(connection: Connection, day: date, literals: dict[str, str]) -> None:
    """Put what the night has brought instead of what it had, from `flow_pass` and `flow_values`."""
    rollup_files.reopen_month(connection, day, IN_FILES)
    settling.owe(connection, day)
    for table, statement in WRITTEN.items():
        forget(connection, table, literals)
        connection.execute(statement.format(**literals))


def forget_all(connection: Connection, day: date, literals: dict[str, str]) -> None:
    """Forget all that a night has brought, which is a night of its chain no more."""
    rollup_files.reopen_month(connection, day, IN_FILES)
    settling.owe(connection, day)
    for table in (*WRITTEN, "flow_nights"):
        forget(connection, table, literals)


def forget(connection: Connection, table: str, literals: dict[str, str]) -> None:
    """Forget a table's rows of a night."""
    where = "snapshot_date = {day} and source = {source} and scope = {scope}".format(**literals)
    connection.execute(f"delete from {table} where {where}")
