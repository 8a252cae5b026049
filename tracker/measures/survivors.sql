-- title: How much of each month was removed since
-- grain: one row per month of creation and family
-- unit: derivatives and removed: models, a merge's credit shared; removed_share: part of the derivatives, share and rest_share: part of the month's derivatives with and without those removed, all 0 to 1; n in whole models
-- a model counts as removed once a walk of the whole Hub no longer had it; what was gone before the first walk is not known
-- $family family = none: this family alone
-- $first month = none: months from this one on; without it all
-- $until day = snapshot: created, and removed, up to this day
with counted as (
  select
    lineage.model_key,
    lineage.created_month as month,
    lineage.family,
    lineage.credit,
    case when models.removed_at <= $until then lineage.credit else 0 end as gone
  from lineage
  join models on models.model_key = lineage.model_key
  where lineage.status <> 'root'
    and ($first is null or lineage.created_month >= $first)
    and epoch(models.created_at) < epoch(($until::date + 1)::timestamp)
),
grouped as (
  select month, family, sum(credit) as derivatives, sum(gone) as removed, count(distinct model_key) as n
  from counted
  group by month, family
),
totals as (
  select month, sum(derivatives) as derivatives, sum(removed) as removed
  from grouped
  group by month
)
select
  strftime(grouped.month, '%Y-%m') as month,
  grouped.family,
  (grouped.derivatives::decimal(28, 0) * 0.000000001)::double as derivatives,
  (grouped.removed::decimal(28, 0) * 0.000000001)::double as removed,
  grouped.removed / nullif(grouped.derivatives, 0)::double as removed_share,
  grouped.derivatives / nullif(totals.derivatives, 0)::double as share,
  (grouped.derivatives - grouped.removed) / nullif(totals.derivatives - totals.removed, 0)::double as rest_share,
  grouped.n
from grouped
join totals on totals.month = grouped.month
where $family is null or grouped.family = $family
order by month, derivatives desc, family
