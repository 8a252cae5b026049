-- title: How downloads are spread over models
-- grain: one row per night
-- unit: parts of 1: downloads of the largest models, models with fewer downloads than a threshold
-- $first night = none: downloads since this night; without it all-time downloads
-- $night night = snapshot: the night of the counters
-- $largest number = 200: of how many of the largest models; below 1 it is a part of all models
-- $threshold number = 200: models with fewer downloads than this
with now as (
  select model_key, downloads_all_time
  from counters
  where snapshot_date = $night and downloads_all_time is not null
),
before as (
  select model_key, downloads_all_time
  from counters
  where snapshot_date = $first
),
pulled as (
  select now.downloads_all_time - coalesce(before.downloads_all_time, 0) as downloads
  from now
  left join before using (model_key)
),
ranked as (
  select
    downloads,
    -- ties hold the same value, so none of them needs breaking
    row_number() over (order by downloads desc) as place,
    count(*) over () as models
  from pulled
)
select
  $night::date as snapshot_date,
  coalesce(sum(downloads) filter (where place <= if($largest < 1, $largest * models, $largest)), 0)
    / nullif(sum(downloads), 0)::double as share_of_largest,
  count(*) filter (where downloads < $threshold) / nullif(count(*), 0)::double as models_below
from ranked
order by snapshot_date
