-- title: All that can be reached from one model, by number of steps: the credit of all ways, and the heaviest way
-- credit is whole, of 10^18: sums do not depend on their order. Of ways of one length one is kept, so many need no time:
-- that with most credit, then the first by its names, which is the first by `turn`
select
  asked.model_key as {end}_key,
  $stub::varchar as {end}_stub,
  $model_id::varchar as {end}_id,
  0 as depth,
  1000000000000000000::bigint as credit,
  1000000000000000000::bigint as path_credit,
  null::varchar as relation,
  -1 as evidence_place,
  $model_id::varchar as path
from asked
union all
select
  way.{end}_key,
  way.{end}_stub,
  max(way.{end}_id) as {end}_id, -- one node has one name
  way.depth,
  sum(way.credit)::bigint as credit,
  max(way.path_credit) as path_credit,
  arg_min(way.relation, way.turn) as relation,
  arg_min(way.evidence_place, way.turn) as evidence_place,
  arg_min(way.path, way.turn) as path
from (
  select
    step.{end}_key,
    step.{end}_stub,
    step.{end}_id,
    walk.depth + 1 as depth,
    walk.credit // step.parents as credit,
    walk.path_credit // step.parents as path_credit,
    {relation} as relation,
    greatest(walk.evidence_place, step.evidence_place) as evidence_place,
    walk.path || ' > ' || step.{end}_id as path,
    lpad((1000000000000000000 - walk.path_credit // step.parents)::varchar, 19, '0') || walk.path || ' > '
      || step.{end}_id as turn
  from walk
  join step on step.{start}_key = walk.{end}_key and step.{start}_stub = walk.{end}_stub
  where walk.depth < $steps
) as way
group by way.{end}_key, way.{end}_stub, way.depth
