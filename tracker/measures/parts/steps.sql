-- title: The edges that count among all that is reached; an end that no snapshot has is told by its name
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
  (1000000000 + edge.credit // 2) // edge.credit as parents -- each gets an equal share, but for what is left over
from (
  select edge.*
  from {edges} as edge
  join {reached_nodes} on reached.reached_key = edge.{start}_key
  union all
  select edge.*
  from {edges} as edge
  join reached on reached.reached_stub = edge.{start}_id
  where edge.{start}_key is null
) as edge
join ladder on ladder.evidence = edge.evidence
