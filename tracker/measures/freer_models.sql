-- title: The derivatives that carry a freer licence than what they are built on
-- grain: one row per derivative and strictest parent, the most downloaded first
-- unit: downloads_30d: downloads of the 30 days before the latest snapshot
-- classes as in freer_than_base; of several parents the strictest, then the first by name
-- $family family = none: of this family of the weights; without it of all
-- $rows whole = 50: at most so many
with ladder as (
  select 'open-source' as license_class, 0 as place
  union all
  select 'permissive-weights', 1
  union all
  select 'restricted', 2
  union all
  select 'non-commercial', 3
),
base as (
  select
    edges.model_key,
    edges.parent_id as base_id,
    ladder.license_class as base_class,
    ladder.place,
    parents.license as base_license,
    coalesce(parents.license_row, stubs.license_row) as base_row,
    row_number() over (partition by edges.model_key order by ladder.place desc, edges.parent_id) as turn
  from edges
  left join models as parents on parents.model_key = edges.parent_key
  left join stub_licenses as stubs on edges.parent_key is null and stubs.name = edges.parent_id
  join ladder on ladder.license_class = coalesce(parents.license_class, stubs.license_class)
  where edges.model_key is not null
),
family as ( -- of the root with most credit, then the first by name
  select model_key, family, row_number() over (partition by model_key order by credit desc, root_id) as turn
  from lineage
)
select
  models.model_id,
  models.license,
  models.license_class,
  base.base_id,
  coalesce(base.base_license, licenses.license) as base_license,
  base.base_class,
  family.family,
  models.downloads_30d
from base
join models on models.model_key = base.model_key and models.removed_at is null
join ladder on ladder.license_class = models.license_class and ladder.place < base.place
join family on family.model_key = models.model_key and family.turn = 1
left join licenses on licenses.number = base.base_row
where base.turn = 1 and ($family is null or family.family = $family)
order by models.downloads_30d desc nulls last, models.model_id
limit $rows
