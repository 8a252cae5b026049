-- title: How many derivatives carry a freer licence than what they are built on
-- grain: one row per family of the weights
-- unit: derivatives, same, freer, stricter and untold in models, a merge's credit shared; share: freer of those that both licences are known of, 0 to 1
-- a base is a direct parent that counts, of several the strictest; open-source is freer than permissive-weights, that than
-- restricted, that than non-commercial; classes as of the latest snapshot, those of names that are not on the Hub by the registry
-- $least number = 0: families with at least so many derivatives
-- $first month = none: derivatives created in this month or later; without it all
-- $until day = snapshot: created up to this day, and there on it
with ladder as (
  select 'open-source' as license_class, 0 as place
  union all
  select 'permissive-weights', 1
  union all
  select 'restricted', 2
  union all
  select 'non-commercial', 3
),
base as ( -- the strictest of the parents whose class is known
  select edges.model_key, max(ladder.place) as place
  from edges
  left join models as parents on parents.model_key = edges.parent_key
  left join stub_licenses as stubs on edges.parent_key is null and stubs.name = edges.parent_id
  join ladder on ladder.license_class = coalesce(parents.license_class, stubs.license_class)
  where edges.model_key is not null
  group by edges.model_key
),
compared as (
  select
    base.model_key,
    case
      when ladder.place is null then 'untold'
      when ladder.place < base.place then 'freer'
      when ladder.place > base.place then 'stricter'
      else 'same'
    end as verdict
  from base
  join models on models.model_key = base.model_key
  left join ladder on ladder.license_class = models.license_class
  where epoch(models.created_at) < epoch(($until::date + 1)::timestamp)
    and (models.removed_at is null or models.removed_at > $until)
    and ($first is null or models.created_month >= $first)
),
summed as (
  select
    lineage.family,
    sum(lineage.credit) as total,
    coalesce(sum(lineage.credit) filter (where compared.verdict = 'same'), 0) as same,
    coalesce(sum(lineage.credit) filter (where compared.verdict = 'freer'), 0) as freer,
    coalesce(sum(lineage.credit) filter (where compared.verdict = 'stricter'), 0) as stricter,
    coalesce(sum(lineage.credit) filter (where compared.verdict = 'untold'), 0) as untold
  from compared
  join lineage on lineage.model_key = compared.model_key
  group by lineage.family
)
select
  family,
  (total::decimal(28, 0) * 0.000000001)::double as derivatives,
  (same::decimal(28, 0) * 0.000000001)::double as same,
  (freer::decimal(28, 0) * 0.000000001)::double as freer,
  (stricter::decimal(28, 0) * 0.000000001)::double as stricter,
  (untold::decimal(28, 0) * 0.000000001)::double as untold,
  freer / nullif(total - untold, 0)::double as share
from summed
where total >= 1e9 * $least
order by freer desc, derivatives desc, family
