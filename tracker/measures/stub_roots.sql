-- title: The roots of a name that no snapshot has, and the way to each
-- grain: one row per root
-- unit: weight: part of its credit that goes to the root; path: the heaviest way, then the shortest, then by name
-- ask: tracker lineage MODEL
with recursive {ways},
way as (
  select
    walk.parent_key,
    walk.parent_stub,
    max(walk.depth) over (partition by walk.parent_key, walk.parent_stub) as depth,
    sum(walk.credit) over (partition by walk.parent_key, walk.parent_stub) as credit,
    walk.relation,
    walk.evidence_place,
    walk.path,
    row_number() over (
      partition by walk.parent_key, walk.parent_stub order by walk.path_credit desc, walk.depth, walk.path
    ) as place
  from walk
),
known as ( -- what the registry says of a root by its name
  select
    coalesce(root.root_key, -1) as root_key,
    if(root.root_key is null, root.root_id, '') as root_stub,
    root.family,
    root.line,
    root.developer,
    root.origin_country,
    max(case when root.status in ('dangling', 'outside') then root.status end) as status
  from (
    select root_key, root_id, family, line, developer, origin_country, status from lineage
    union all
    select root_key, root_id, family, line, developer, origin_country, status from lineage_variants
  ) as root
  group by 1, 2, 3, 4, 5, 6
),
root as (
  select
    coalesce(models.model_id, way.parent_stub) as root_id,
    coalesce(known.family, 'unreviewed') as family,
    coalesce(known.line, 'unreviewed') as line,
    coalesce(known.developer, 'unreviewed') as developer,
    coalesce(known.origin_country, 'unreviewed') as origin_country,
    way.credit / 1e18 as weight,
    way.credit // 1000000000 as credit,
    way.depth,
    case
      when models.model_key is not null and models.removed_at is null then 'derived'
      when known.status is not null then known.status
      when about.value = 'full' then 'dangling'
      else 'outside'
    end as status,
    ladder.evidence,
    way.path,
    way.relation
  from way
  join about on about.key = 'scope'
  left join ladder on ladder.place = way.evidence_place
  left join described_models as models on models.model_key = way.parent_key
  left join known on known.root_key = way.parent_key and known.root_stub = way.parent_stub
  where way.place = 1
    and not exists (
      select 1 from step where step.model_key = way.parent_key and step.model_stub = way.parent_stub
    )
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
  root.path,
  case
    when root.depth > 0 then ''
    when root.status = 'outside' then 'is outside the scope, '
    else 'is not on the Hub (deleted, private or misspelt), '
  end
  || lineage_why(
    if(root.depth > 0, root.status, 'root'), root.depth, root.evidence, root.root_id, root.family, root.line,
    root.developer, root.origin_country, root.relation, split_part(root.path, ' > ', 2), root.credit, false
  ) as why
from root
order by root.credit desc, root.depth, root.root_id
