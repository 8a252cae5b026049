-- nearest under one reading, all models: 'default', 'as_uploaded', 'teacher' or 'inferred'
create or replace temporary function nearest_of(wanted string)
returns table (
  model_key int, model_id string, family string, line string, developer string, origin_country string, credit int,
  weight double
)
return
select n.model_key, n.model_id, n.family, n.line, n.developer, n.origin_country, n.credit, n.weight
from nearest as n
left anti join (select model_key from nearest_variants where variant = wanted) as v on v.model_key = n.model_key
union all
select n.model_key, n.model_id, n.family, n.line, n.developer, n.origin_country, n.credit, n.weight
from nearest_variants as n
where n.variant = wanted
