-- lineage under one reading, all models: 'default', 'as_uploaded', 'teacher' or 'inferred'
create or replace temporary function lineage_of(wanted string)
returns table (
  model_key int, model_id string, root_key int, root_id string, credit int, weight double, depth int, status string,
  evidence string, family string, line string, developer string, origin_country string, why string, relation string,
  created_month date, via string, self_reference boolean, in_cycle boolean
)
return {own}
