-- title: Downloads between one night and the next, by group
-- grain: one row per night after the first of its source and scope, and group
-- unit: value: downloads in the days since the night before, from the difference of the all-time counters
-- ask: tracker trend --flow
with chosen_nights as (
  {nights}
),
totals as (
  {totals}
),
steps as (
  select
    snapshot_date,
    {names},
    date_diff('day', lag(snapshot_date) over before, snapshot_date) as days,
    value - lag(value) over before as value
  from totals
  join chosen_nights using (snapshot_date)
  window before as (partition by {names}, source, scope order by snapshot_date)
)
select
  snapshot_date,
  {columns_named},
  days,
  value,
  -- the Hub counted again, or models left and took their counters along: kept as it is
  case when value < 0 then 'fell' end as flag
from steps
where value is not null
  {shown}
order by snapshot_date, value desc, {names}
