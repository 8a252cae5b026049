-- title: What groups hold on one night
-- grain: one row per group
-- unit: value: the counter that is asked for, in downloads or likes
-- ask: tracker top --definition NAME
with chosen_nights as (
  select snapshot_date
  from nights
  where snapshot_date = $night
),
totals as (
  {totals}
)
select name, value::double as value
from totals
order by value desc, name
