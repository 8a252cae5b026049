-- title: Everything that is built on a model, level by level
-- grain: one row per descendant
-- unit: weight: part of the descendant's credit that goes to the model asked for; path: the heaviest way, then the shortest, then by name; evidence: the weakest on it
-- ask: tracker lineage MODEL --down
with recursive counting as materialized ( -- looked through at every step of the walk
  select * from edges_of($variant)
),
{ways},
way as (
  select
    walk.model_key,
    walk.model_stub,
    walk.model_id,
    walk.depth,
    walk.relation,
    walk.path,
    walk.evidence_place,
    walk.path_credit,
    sum(walk.credit) over (partition by walk.model_key, walk.model_stub) as credit,
    row_number() over (
      partition by walk.model_key, walk.model_stub order by walk.path_credit desc, walk.depth, walk.path
    ) as place
  from walk
  where walk.depth > 0
),
known as ( -- an inner join: what stands outside is not read
  select models.model_key, models.downloads_30d, models.created_at, models.removed_at
  from models
  join way on way.model_key = models.model_key and way.place = 1
)
select
  way.model_id,
  way.depth,
  way.relation,
  way.path,
  ladder.evidence,
  way.credit / 1e18 as weight,
  known.downloads_30d,
  known.created_at,
  way.path_credit / 1e18 as path_weight,
  known.removed_at
from way
join ladder on ladder.place = way.evidence_place
left join known on known.model_key = way.model_key
where way.place = 1
order by way.depth, known.downloads_30d desc nulls last, known.created_at nulls last, way.path
