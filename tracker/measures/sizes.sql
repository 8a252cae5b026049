-- title: How many downloads go to models of a size
-- grain: one row
-- unit: value: part of the downloads of models that declare their parameters, all-time or between two nights
-- $least number = 0: models of at least this many parameters ...
-- $most number = 1e9: ... and of fewer than this many
-- $first night = none: downloads since this night; without it all-time downloads
-- $until night = snapshot: ... until this one
-- $organization text = none: of models that this organization uploaded; without it of all
-- $models text = none: of these models, separated by commas; without it of all
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
    and ($organization is null or models.publisher_organization = $organization)
    and ($models is null or list_contains(string_split($models, ','), models.model_id))
)
select sum(downloads) filter (where parameters >= $least and parameters < $most) / nullif(sum(downloads), 0)::double as value
from pulled
order by value
