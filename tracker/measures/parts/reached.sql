-- title: All nodes that can be reached from one model, each once: a model by its key, a name that no snapshot has by the name
select asked.model_key as reached_key, $stub::varchar as reached_stub
from asked
union
select next_key, next_stub
from (
  select edge.{end}_key as next_key, '' as next_stub
  from reached
  join {edges} as edge on edge.{start}_key = reached.reached_key and edge.{end}_key is not null
  union all
  select loose.{end}_key as next_key, loose.{end}_stub as next_stub
  from reached
  join loose on loose.{start}_key = reached.reached_key and loose.{start}_stub = reached.reached_stub
) as further
