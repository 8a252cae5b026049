-- title: How downloads are spread over models
-- grain: one row per night
-- unit: parts of 1: downloads of the largest models, models with fewer downloads than a threshold
-- $night night = snapshot: the night of the counters
-- $largest number = 200: of how many of the largest models; below 1 it is a part of all models
-- $threshold number = 200: models with fewer all-time downloads than this
with ranked as (
  select
    downloads_all_time as downloads,
    -- ties hold the same value, so none of them needs breaking
    row_number() over (order by downloads_all_time desc) as place,
    count(*) over () as models
  from counters
  where snapshot_date = $night and downloads_all_time is not null
)
select
  $night::date as snapshot_date,
  sum(downloads) filter (where place <= if($largest < 1, $largest * models, $largest))
    / nullif(sum(downloads), 0)::double as share_of_largest,
  count(*) filter (where downloads < $threshold) / nullif(count(*), 0)::double as models_below
from ranked
order by snapshot_date
