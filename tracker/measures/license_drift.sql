-- title: Under what licences families appear, by month
-- grain: one row per month, family of the weights, whose models and class of licence
-- unit: models, a merge's credit shared; share of the month's models of that family and kind, 0 to 1; n in whole models
-- the class of a model is what held when it was created; developer: models of the developer of the weights, others: of all others
-- $family family = none: this family alone
-- $first month = none: months from this one on; without it all
-- $until day = snapshot: created up to this day
with counted as (
  select
    lineage.model_key,
    lineage.created_month as month,
    lineage.family,
    case when models.publisher_organization = lineage.developer then 'developer' else 'others' end as whose,
    models.license_class_created as license_class,
    lineage.credit
  from lineage
  join models on models.model_key = lineage.model_key
  where lineage.family not in ('unknown', 'unreviewed')
    and models.license_class_created is not null
    and ($family is null or lineage.family = $family)
    and ($first is null or lineage.created_month >= $first)
    and epoch(models.created_at) < epoch(($until::date + 1)::timestamp)
),
sizes as (
  select month, family, whose, count(distinct model_key) as n, sum(credit) as total
  from counted
  group by month, family, whose
),
grouped as (
  select month, family, whose, license_class, sum(credit) as credit
  from counted
  group by month, family, whose, license_class
)
select
  strftime(grouped.month, '%Y-%m') as month,
  grouped.family,
  grouped.whose,
  grouped.license_class,
  (grouped.credit::decimal(28, 0) * 0.000000001)::double as models,
  grouped.credit / nullif(sizes.total, 0)::double as share,
  sizes.n
from grouped
join sizes on sizes.month = grouped.month and sizes.family = grouped.family and sizes.whose = grouped.whose
order by month, family, whose, models desc, license_class
