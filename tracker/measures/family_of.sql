-- title: The family of a model
-- grain: one row, none where no model is called so
-- unit: family, line and country as the registry has them of the model itself
-- $model text: the model's name, namespace/name, in any case
with named as (
  select
    model_id,
    coalesce(own_family, 'unreviewed') as family,
    coalesce(own_line, 'unreviewed') as line,
    coalesce(origin_country, 'unreviewed') as origin_country,
    row_number() over (
      order by case when model_id = $model then 0 else 1 end, case when removed_at is null then 0 else 1 end, model_id
    ) as place
  from described_models
  where lower(model_id) = lower($model)
)
select model_id, family, line, origin_country
from named
where place = 1
order by model_id
