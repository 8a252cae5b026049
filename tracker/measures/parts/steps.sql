-- title: The edges that count; an end that no snapshot has is told by its name
select
  coalesce(edge.model_key, -1) as model_key,
  if(edge.model_key is null, edge.model_id, '') as model_stub,
  edge.model_id,
  coalesce(edge.parent_key, -1) as parent_key,
  if(edge.parent_key is null, edge.parent_id, '') as parent_stub,
  edge.parent_id,
  edge.relation,
  edge.evidence,
  edge.weight,
  ladder.place as evidence_place,
  round(1 / edge.weight)::bigint as parents -- each gets an equal share, so this is whole
from edges_of($variant) as edge
join ladder on ladder.evidence = edge.evidence
