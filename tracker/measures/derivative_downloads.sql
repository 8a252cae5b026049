-- title: How many downloads of a model and all that builds on it go to what builds on it
-- grain: one row
-- unit: value: part of the 30-day downloads; derivatives: models up to six steps below
-- $model model: the model, namespace/name
-- $night night = snapshot: the night of the counters
with recursive below as (
  select model_key, 0 as steps
  from models
  where model_id = $model and removed_at is null
  union
  select parents.model_key, below.steps + 1 as steps
  from parents
  join below on below.model_key = parents.parent_key
  where below.steps < 6
),
family as (
  select model_key, min(steps) as steps
  from below
  group by model_key
)
select
  sum(counters.downloads_30d) filter (where steps > 0) / nullif(sum(counters.downloads_30d), 0)::double as value,
  count(*) filter (where steps > 0) as derivatives
from family
join counters using (model_key)
where counters.snapshot_date = $night
order by value
