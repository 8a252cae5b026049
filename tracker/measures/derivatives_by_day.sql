-- title: Models that name a model as a parent, by the day of their creation
-- grain: one row per day that has some
-- unit: derivatives: models, those that were removed since included
-- $model text: the parent, namespace/name; case does not matter
-- $after day: created after this day
with declared as (
  select distinct parents.model_key
  from parents
  where lower(parents.parent_id) = lower($model)
)
select '1970-01-01'::date + floor(epoch(models.created_at) / 86400)::integer as day, count(*) as derivatives
from declared
join models on models.model_key = declared.model_key
where epoch(models.created_at) >= epoch(($after::date + 1)::timestamp)
group by 1
order by day
