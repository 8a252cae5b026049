-- title: All that can be reached from one model, by number of steps: the credit of all ways, and the heaviest way
-- credit is whole, of 10^18: sums do not depend on their order. Of ways of one length one is kept, so many need no time
select
  asked.model_key as {end}_key,
  $stub::varchar as {end}_stub,
  0 as depth,
  1000000000000000000::bigint as credit,
  1000000000000000000::bigint as path_credit,
  null::varchar as relation,
  -1 as evidence_place,
  $model_id::varchar as path
from asked
union all
select
  found.{end}_key,
  found.{end}_stub,
  found.depth,
  found.credit,
  found.path_credit,
  found.relation,
  found.evidence_place,
  found.path
from (
  select
    way.{end}_key,
    way.{end}_stub,
    way.depth,
    sum(way.credit) over (partition by way.{end}_key, way.{end}_stub)::bigint as credit,
    way.path_credit,
    way.relation,
    way.evidence_place,
    way.path,
    row_number() over (
      partition by way.{end}_key, way.{end}_stub order by way.path_credit desc, way.path
    ) as place
  from (
    select
      step.{end}_key,
      step.{end}_stub,
      walk.depth + 1 as depth,
      walk.credit // step.parents as credit,
      walk.path_credit // step.parents as path_credit,
      {relation} as relation,
      greatest(walk.evidence_place, step.evidence_place) as evidence_place,
      walk.path || ' > ' || step.{end}_id as path
    from walk
    join step on step.{start}_key = walk.{end}_key and step.{start}_stub = walk.{end}_stub
    where walk.depth < $steps
  ) as way
) as found
where found.place = 1
