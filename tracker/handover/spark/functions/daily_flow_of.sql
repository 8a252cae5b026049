-- what was downloaded of a few models on the day, settled: rows to be summed by day, source, scope and model
create or replace temporary function daily_flow_of(model_ids array<string>)
returns table (
  label date, source string, scope string, model_key int, model_id string, downloads_credit decimal(38, 0),
  spread_credit decimal(38, 0), left_out_credit decimal(38, 0)
)
return
with spread_days as (
  select label, source, scope, cohort, spread_first, spread_last from flow_days where spread_first is not null
),
brought as (
  select
    v.source, v.scope, v.model_key, v.model_id, v.cohort, v.days, date_sub(v.snapshot_date, v.days) as first_day,
    date_sub(v.snapshot_date, 1) as last_day, d.label is not null as is_spread,
    cast(coalesce(v.downloads, 0) as decimal(28, 0)) * 1000000000 as downloads,
    cast(v.left_out as decimal(28, 0)) * 1000000000 as left_out
  from downloads_of(model_ids) as v
  left join spread_days as d on d.label = date_sub(v.snapshot_date, 1) and d.source = v.source and d.scope = v.scope
    and d.cohort = v.cohort
),
day_by_day as ( -- whole numbers, what is left over going to the first days: sums stay what they were
  select
    source, scope, model_key, model_id, cohort, days, date_add(first_day, turn) as label,
    (downloads - downloads % days) / days + case when turn < downloads % days then 1 else 0 end as downloads
  from brought
  lateral view explode(sequence(0, days - 1)) as turn
  where days > 1 or days = 1 and is_spread
),
together as (
  select
    w.source, w.scope, w.model_key, w.model_id, w.cohort, coalesce(d.spread_first, w.label) as first_day,
    coalesce(d.spread_last, w.label) as last_day, sum(w.downloads) as downloads,
    sum(case when w.days > 1 then w.downloads else 0 end) as spread
  from day_by_day as w
  left join spread_days as d on d.source = w.source and d.scope = w.scope and d.cohort = w.cohort and d.label = w.label
  group by all
),
widths as (
  select *, datediff(last_day, first_day) + 1 as width from together
),
settled as (
  select
    date_add(first_day, turn) as label, source, scope, model_key, model_id, width, spread,
    (downloads - downloads % width) / width + case when turn < downloads % width then 1 else 0 end as downloads
  from widths
  lateral view explode(sequence(0, width - 1)) as turn
  where width > 0
)
select
  last_day, source, scope, model_key, model_id, case when days = 1 and not is_spread then downloads else 0 end, 0, left_out
from brought
union all
select label, source, scope, model_key, model_id, downloads, case when width > 1 then downloads else spread end, 0
from settled
