-- title: A root is its own root, at depth 0; what is derived is not
-- row: a lineage that contradicts itself
-- broken by: update lineage_rows set root_key = model_key where model_id = 'erin/merge'
select model_key, model_id, root_id, status, depth
from lineage
where (status = 'root' and (root_key is distinct from model_key or depth <> 0 or credit <> 1000000000))
  or (status in ('derived', 'dangling', 'outside') and root_key is not distinct from model_key)
order by model_key
