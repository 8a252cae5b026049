-- title: The edges that count with an end that no snapshot has, which is told by its name; few, so their names are read once
select
  coalesce(edge.model_key, -1) as model_key,
  if(edge.model_key is null, edge.model_id, '') as model_stub,
  coalesce(edge.parent_key, -1) as parent_key,
  if(edge.parent_key is null, edge.parent_id, '') as parent_stub
from {edges} as edge
where edge.model_key is null
union all
select edge.model_key, '' as model_stub, -1 as parent_key, edge.parent_id as parent_stub
from {edges} as edge
where edge.parent_key is null and edge.model_key is not null
