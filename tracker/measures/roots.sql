-- title: The roots of a model, and the way to each
-- grain: one row per root
-- unit: weight: part of the model's credit that goes to the root; path: the heaviest way, then the shortest, then by name
-- ask: tracker lineage MODEL
with recursive {ways},
way as (
  select
    walk.parent_key,
    walk.parent_stub,
    walk.path,
    row_number() over (
      partition by walk.parent_key, walk.parent_stub order by walk.path_credit desc, walk.depth, walk.path
    ) as place
  from walk
)
select
  root.root_id,
  root.family,
  root.line,
  root.developer,
  root.origin_country,
  root.weight,
  root.depth,
  root.status,
  root.evidence,
  way.path,
  root.why
from {lineage} as root
join asked on asked.model_key = root.model_key
left join way
  on way.parent_key = coalesce(root.root_key, -1)
  and way.parent_stub = if(root.root_key is null, root.root_id, '')
  and way.place = 1
order by root.weight desc, root.depth, root.root_id
