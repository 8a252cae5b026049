-- edges under one reading, all models: 'default', 'as_uploaded', 'teacher' or 'inferred'
create or replace temporary function edges_of(wanted string)
returns table (
  model_key int, model_id string, parent_key int, parent_id string, relation string, evidence string, credit int,
  weight double
)
return {own}
