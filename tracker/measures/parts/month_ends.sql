-- title: The last night of each month, of the nights of the newest one's scope, and how it stands to its month
-- grain: one row per month that has a night; flag: running (the month is not over), gap (no night of its last week) or ok
select
  ends.month,
  ends.snapshot_date,
  nights.source,
  nights.models,
  case
    when ends.month = date_trunc('month', newest.snapshot_date + 1)::date then 'running'
    when date_trunc('month', ends.snapshot_date + 7)::date = ends.month then 'gap'
    else 'ok'
  end as flag
from (
  select date_trunc('month', nights.snapshot_date)::date as month, max(nights.snapshot_date) as snapshot_date
  from nights
  join ({newest_night}) as newest on newest.scope = nights.scope
  group by date_trunc('month', nights.snapshot_date)::date
) as ends
join nights on nights.snapshot_date = ends.snapshot_date
cross join ({newest_night}) as newest
where ($first is null or ends.month >= $first)
  and ($until is null or ends.month <= $until)
