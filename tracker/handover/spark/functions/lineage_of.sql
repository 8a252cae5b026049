-- lineage under one reading, all models: 'default', 'as_uploaded', 'teacher' or 'inferred'
create or replace temporary function lineage_of(wanted string)
returns table (
  model_key int, model_id string, root_key int, root_id string, credit int, weight double, depth int, status string,
  evidence string, family string, line string, developer string, origin_country string, why string, relation string,
  created_month date, via string, self_reference boolean, in_cycle boolean
)
return
select
  l.model_key, l.model_id, l.root_key, l.root_id, l.credit, l.weight, l.depth, l.status, l.evidence, l.family, l.line,
  l.developer, l.origin_country, l.why, l.relation, l.created_month, l.via, l.self_reference, l.in_cycle
from lineage as l
left anti join (select model_key from lineage_variants where variant = wanted) as v on v.model_key = l.model_key
union all
select
  l.model_key, l.model_id, l.root_key, l.root_id, l.credit, l.weight, l.depth, l.status, l.evidence, l.family, l.line,
  l.developer, l.origin_country, l.why, l.relation, l.created_month, l.via, l.self_reference, l.in_cycle
from lineage_variants as l
where l.variant = wanted
