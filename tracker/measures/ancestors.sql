-- title: Every edge on the ways from a model up to its roots
-- grain: one row per model and parent
-- unit: weight: part of the model's credit that goes to the parent
-- ask: tracker lineage MODEL
with recursive up as (
  select edge.model_key, edge.model_id, edge.parent_key, edge.parent_id, edge.relation, edge.evidence, edge.weight
  from edges_of($variant) as edge
  where edge.model_key = $model_key
  union
  select edge.model_key, edge.model_id, edge.parent_key, edge.parent_id, edge.relation, edge.evidence, edge.weight
  from up
  -- a parent that no snapshot has seen has no key, only a name
  join edges_of($variant) as edge
    on coalesce(edge.model_key, -1) = coalesce(up.parent_key, -1)
    and (edge.model_key is not null or edge.model_id = up.parent_id)
)
select model_id, parent_id, relation, evidence, weight
from up
order by model_id, parent_id
