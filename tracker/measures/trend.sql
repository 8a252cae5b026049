-- title: Downloads, likes or derivatives by group, night by night
-- grain: one row per night and group; a night that is missing has no row
-- unit: value: downloads of the 30 days before (a window, never summed over nights), likes, or derivatives in models
-- ask: tracker trend
with chosen_nights as (
  {nights}
),
totals as (
  {totals}
)
select snapshot_date, {columns_named}, value{source}
from totals
{of_nights}
where value is not null
  {shown}
order by snapshot_date, value desc, {names}
