-- title: The place of a model among those with the most direct derivatives
-- grain: one row, none for a model without derivatives
-- unit: value: place, 1 for the most; derivatives: models
-- $model model: the model, namespace/name
-- $until day = snapshot: of the models that were there on this day
with declared as (
  select parents.parent_id, count(distinct parents.model_key) as derivatives
  from parents
  join models using (model_key)
  where (models.created_at is null or epoch(models.created_at) < epoch(($until::date + 1)::timestamp))
    and (models.removed_at is null or models.removed_at > $until)
  group by parents.parent_id
),
ranked as (
  select parent_id, derivatives, rank() over (order by derivatives desc) as place
  from declared
)
select place as value, derivatives
from ranked
where parent_id = $model
order by value
