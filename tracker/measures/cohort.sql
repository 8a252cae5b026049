-- title: How many downloads go to models created by the end of a year
-- grain: one row
-- unit: value: part of all downloads, all-time or between two nights
-- $year number = 2022: models created in this year or before; before March 2022 the Hub kept no day
-- $first night = none: downloads since this night; without it all-time downloads
-- $until night = snapshot: ... until this one
with now as (
  select model_key, downloads_all_time
  from counters
  where snapshot_date = $until
),
before as (
  select model_key, downloads_all_time
  from counters
  where snapshot_date = $first
),
pulled as (
  select
    year(models.created_month) as year,
    now.downloads_all_time - coalesce(before.downloads_all_time, 0) as downloads
  from now
  join models using (model_key)
  left join before using (model_key)
)
select coalesce(sum(downloads) filter (where year <= $year), 0) / nullif(sum(downloads), 0)::double as value
from pulled
order by value
