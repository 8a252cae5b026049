-- title: Downloads, likes or derivatives by days since release
-- grain: one row per day since release and group, of those whose release is known
-- unit: value: as of a trend; days_since_release: days from released_on to the night, below 0 before it
-- ask: tracker trend --since-release
with chosen_nights as (
  {nights}
),
totals as (
  {totals}
),
released as (
  {released}
)
select
  date_diff('day', released.released_on, totals.snapshot_date) as days_since_release,
  {columns_named},
  totals.snapshot_date,
  released.released_on,
  totals.value
from totals
join released using (name)
where totals.value is not null
  {shown}
order by days_since_release, totals.value desc, name
