-- the rows of daily_downloads of a few models, named as they are now, and the class that each is of
create or replace temporary function downloads_of(model_ids array<string>)
returns table (
  snapshot_date date, model_key int, model_id string, cohort string, source string, scope string, days int,
  downloads bigint, change bigint, flag string, left_out bigint
)
return
with chosen as (
  select model_key, model_id, cohort_of(created_at) as cohort from models where array_contains(model_ids, model_id)
),
chained as (
  select
    h.snapshot_date, h.model_key, h.source, h.scope, h.downloads_all_time,
    lag(h.snapshot_date) over chain as seen_before,
    lag(case when h.downloads_all_time is not null then h.snapshot_date end) ignore nulls over chain as counted_before,
    lag(h.downloads_all_time) ignore nulls over chain as before
  from history as h
  join chosen as c on c.model_key = h.model_key
  window chain as (partition by h.model_key, h.source, h.scope order by h.snapshot_date)
)
select
  h.snapshot_date, h.model_key, m.model_id, m.cohort, h.source, h.scope,
  coalesce(f.days, datediff(h.snapshot_date, h.counted_before), datediff(h.snapshot_date, h.seen_before)),
  case when f.flag is null then h.downloads_all_time - h.before else f.downloads end,
  h.downloads_all_time - h.before,
  case
    when f.flag = 'spike' and d.flag = 'catch-up' then d.flag
    when f.flag is not null then f.flag
    when h.downloads_all_time is null then 'window-only'
    when d.flag is not null then d.flag
    when datediff(h.snapshot_date, h.counted_before) > 1 then 'gap'
    else 'ok'
  end,
  coalesce(f.left_out, 0)
from chained as h
join chosen as m on m.model_key = h.model_key
left join flow_flags as f on f.model_key = h.model_key and f.snapshot_date = h.snapshot_date
  and f.source = h.source and f.scope = h.scope
left join flow_days as d on d.label = date_sub(h.snapshot_date, 1) and d.source = h.source and d.scope = h.scope
  and d.cohort = m.cohort
where h.seen_before is not null or f.flag is not null
