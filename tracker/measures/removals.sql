-- title: Models that were removed and are not back
-- grain: one row per model
-- unit: downloads_30d: of its last night; returned_on: when it was last back after an earlier removal
-- $models text: a model, namespace/name, where * stands for any letters; case does not matter
-- $after day: removed after this day
select
  models.model_id,
  models.hub_id,
  models.removed_at,
  returned.returned_on,
  models.downloads_30d
from models
left join (
  select model_key, max(snapshot_date) as returned_on
  from events
  where kind = 'returned'
  group by model_key
) as returned on returned.model_key = models.model_key
where models.removed_at > $after
  and lower(models.model_id) like
    replace(replace(replace(replace(lower($models), '!', '!!'), '%', '!%'), '_', '!_'), '*', '%') escape '!'
order by models.removed_at, models.model_id, models.hub_id
