-- title: The 25 most downloaded between two nights beside the 25 most liked
-- grain: one row per figure: shared by both lists, or the year in which the most downloaded were created
-- unit: value: models
-- $first night = none: downloads since this night; without it all-time downloads
-- $until night = snapshot: ... until this one
with now as (
  select model_key, downloads_all_time, likes
  from counters
  where snapshot_date = $until
),
before as (
  select model_key, downloads_all_time
  from counters
  where snapshot_date = $first
),
downloaded as (
  select now.model_key
  from now
  join models using (model_key)
  left join before using (model_key)
  order by
    now.downloads_all_time - coalesce(before.downloads_all_time, 0) desc nulls last, models.model_id, models.hub_id
  limit 25
),
liked as (
  select now.model_key
  from now
  join models using (model_key)
  order by now.likes desc nulls last, models.model_id, models.hub_id
  limit 25
)
select 'shared' as name, count(*) as value
from downloaded
semi join liked using (model_key)
union all
select year(models.created_month)::varchar as name, count(*) as value
from downloaded
join models using (model_key)
group by name
order by name
