-- title: Everything that is built on each of several models: the rows of `descendants`, and whose they are
-- grain: one row per model and descendant
with recursive counting as materialized ( -- looked through at every step of the walk
  select * from edges_of($variant)
),
ladder as (
  {ladder}
),
asked as (
  select models.model_key, models.hub_id, models.model_id
  from described_models as models
  where list_contains(string_split($hub_ids, ','), models.hub_id)
),
loose as materialized (
  {loose}
),
reached as (
  {reached}
),
step as materialized (
  {steps}
),
walk as (
  select
    asked.hub_id as asked_id,
    asked.model_key,
    ''::varchar as model_stub,
    asked.model_id,
    0 as depth,
    1000000000000000000::bigint as credit,
    1000000000000000000::bigint as path_credit,
    null::varchar as relation,
    -1 as evidence_place,
    asked.model_id as path
  from asked
  union all
  select
    way.asked_id,
    way.model_key,
    way.model_stub,
    max(way.model_id) as model_id,
    way.depth,
    sum(way.credit)::bigint as credit,
    max(way.path_credit) as path_credit,
    arg_min(way.relation, way.turn) as relation,
    arg_min(way.evidence_place, way.turn) as evidence_place,
    arg_min(way.path, way.turn) as path
  from (
    select
      walk.asked_id,
      step.model_key,
      step.model_stub,
      step.model_id,
      walk.depth + 1 as depth,
      walk.credit // step.parents as credit,
      walk.path_credit // step.parents as path_credit,
      {relation} as relation,
      greatest(walk.evidence_place, step.evidence_place) as evidence_place,
      walk.path || ' > ' || step.model_id as path,
      lpad((1000000000000000000 - walk.path_credit // step.parents)::varchar, 19, '0') || walk.path || ' > '
        || step.model_id as turn
    from walk
    join step on step.parent_key = walk.model_key and step.parent_stub = walk.model_stub
    where walk.depth < $steps
  ) as way
  group by way.asked_id, way.model_key, way.model_stub, way.depth
),
way as (
  select
    walk.*,
    sum(walk.credit) over (partition by walk.asked_id, walk.model_key, walk.model_stub) as whole,
    row_number() over (
      partition by walk.asked_id, walk.model_key, walk.model_stub
      order by walk.path_credit desc, walk.depth, walk.path
    ) as place
  from walk
  where walk.depth > 0
),
known as (
  select models.model_key, models.downloads_30d, models.created_at, models.removed_at
  from models
  semi join (select model_key from way where place = 1) as told using (model_key)
)
select
  way.asked_id,
  way.model_id,
  way.depth,
  way.relation,
  way.path,
  ladder.evidence,
  way.whole / 1e18 as weight,
  known.downloads_30d,
  known.created_at,
  way.path_credit / 1e18 as path_weight,
  known.removed_at
from way
join ladder on ladder.place = way.evidence_place
left join known on known.model_key = way.model_key
where way.place = 1
order by way.asked_id, way.depth, known.downloads_30d desc nulls last, known.created_at nulls last, way.path
