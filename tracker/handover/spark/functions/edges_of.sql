-- edges under one reading, all models: 'default', 'as_uploaded', 'teacher' or 'inferred'
create or replace temporary function edges_of(wanted string)
returns table (
  model_key int, model_id string, parent_key int, parent_id string, relation string, evidence string, credit int,
  weight double
)
return
select e.model_key, e.model_id, e.parent_key, e.parent_id, e.relation, e.evidence, e.credit, e.weight
from edges as e
left anti join (
  select model_key from lineage_variants where variant = wanted
  union all
  select model_key from edge_variants where variant = wanted
) as v on v.model_key = e.model_key
where wanted = 'default' or e.model_key is not null -- those of names that are not on the Hub stand in each reading
union all
select e.model_key, e.model_id, e.parent_key, e.parent_id, e.relation, e.evidence, e.credit, e.weight
from edge_variants as e
where e.variant = wanted
