-- title: Everything that is built on a model, level by level
-- grain: one row per model and parent, the model itself first
-- unit: downloads_30d: downloads of the 30 days before the newest night
-- ask: tracker lineage MODEL --down
with recursive down as (
  select
    model_key,
    model_id,
    null::varchar as parent_id,
    null::varchar as relation,
    null::varchar as evidence,
    0 as depth
  from models
  where model_key = $model_key
  union
  select edge.model_key, edge.model_id, edge.parent_id, edge.relation, edge.evidence, down.depth + 1
  from down
  join edges_of('default') as edge
    on edge.parent_key is not distinct from down.model_key
    and if(edge.parent_key is null, edge.parent_id, null)
      is not distinct from if(down.model_key is null, down.model_id, null)
  where down.depth < $levels
)
select down.model_id, down.parent_id, down.relation, down.evidence, down.depth, models.downloads_30d
from down
left join models using (model_key)
order by down.depth, models.downloads_30d desc nulls last, down.model_id
