-- nearest under one reading, all models: 'default', 'as_uploaded', 'teacher' or 'inferred'
create or replace temporary function nearest_of(wanted string)
returns table (
  model_key int, model_id string, family string, line string, developer string, origin_country string, credit int,
  weight double
)
return {own}
