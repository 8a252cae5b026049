-- title: The largest groups of the latest night
-- grain: one row per group
-- unit: value: downloads of the 30 days before, likes, or derivatives in models; change: part of the value on compared_with
-- ask: tracker top
with chosen_nights as (
  {nights}
),
totals as (
  {totals}
),
new as (
  select {names}, sum(credit)::decimal(28, 0) * {unit} as derivatives
  from (
    {new}
  )
  group by {names}
),
states as (
  select
    {names},
    max(value) filter (where snapshot_date = $night) as value,
    max(value) filter (where snapshot_date = $before) as value_before
  from totals
  group by {names}
),
ranked as ( -- among all, whichever are shown
  select
    row_number() over (order by states.value desc, {names}) as rank,
    {names},
    states.value::double as value,
    (states.value / nullif(states.value_before, 0) - 1)::double as change,
    coalesce(new.derivatives, 0)::double as new_derivatives_30d
  from states
  left join new using ({names})
  where states.value > 0
)
select rank, {columns_named}, value, change, $before::date as compared_with, new_derivatives_30d
from ranked
where true
  {shown}
order by rank
limit $rows
