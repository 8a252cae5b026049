-- title: How many downloads go to models of a size
-- grain: one row
-- unit: value: part of the downloads of models that declare their parameters, all-time or between two nights
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
  select models.parameters, now.downloads_all_time - coalesce(before.downloads_all_time, 0) as downloads
  from now
  join models using (model_key)
  left join before using (model_key)
  where models.parameters is not null
    and ($organization = '' or models.publisher_organization = $organization)
    and ($models = '' or list_contains(string_split($models, ','), models.model_id))
)
select sum(downloads) filter (where parameters >= $least and parameters < $most) / nullif(sum(downloads), 0)::double as value
from pulled
order by value
