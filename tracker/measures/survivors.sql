-- title: How much of each month was removed since
-- grain: one row per month of creation and family
-- unit: derivatives and removed: models, a merge's credit shared; removed_share: part of the derivatives, 0 to 1; n in whole models
-- a model counts as removed once a walk of the whole Hub no longer had it; what was gone before the first walk is not known
-- $family text = none: this family alone
-- $first month = none: months from this one on; without it all
-- $until day = snapshot: created, and removed, up to this day
with counted as (
  select
    lineage.model_key,
    lineage.created_month as month,
    lineage.family,
    lineage.credit,
    models.removed_at is not null and models.removed_at <= $until as is_removed
  from lineage
  join models on models.model_key = lineage.model_key
  where lineage.status <> 'root'
    and ($family is null or lineage.family = $family)
    and ($first is null or lineage.created_month >= $first)
    and epoch(models.created_at) < epoch(($until::date + 1)::timestamp)
),
grouped as (
  select
    month,
    family,
    sum(credit) as derivatives,
    coalesce(sum(credit) filter (where is_removed), 0) as removed,
    count(distinct model_key) as n
  from counted
  group by month, family
)
select
  strftime(month, '%Y-%m') as month,
  family,
  (derivatives::decimal(28, 0) * 0.000000001)::double as derivatives,
  (removed::decimal(28, 0) * 0.000000001)::double as removed,
  removed / nullif(derivatives, 0)::double as removed_share,
  n
from grouped
order by month, derivatives desc, family
