-- title: How large the roots are that new derivatives are built on
-- grain: one row per month and size class of the root, undeclared where it states no number of parameters or is not on the Hub
-- unit: derivatives in models, a merge's credit shared; share of the month's derivatives from 0 to 1; n in whole models
-- $first month = none: months from this one on; without it all
-- $until day = snapshot: created up to this day
with built as (
  select lineage.model_key, lineage.root_key, lineage.created_month as month, lineage.credit
  from lineage
  join models using (model_key)
  where lineage.status <> 'root'
    and epoch(models.created_at) < epoch(($until::date + 1)::timestamp)
    and ($first is null or lineage.created_month >= $first)
),
sized as (
  select
    built.model_key,
    built.month,
    built.credit,
    {size_class} as size_class
  from built
  left join models as roots on roots.model_key = built.root_key
),
sizes as (
  select month, count(distinct model_key) as n
  from sized
  group by month
),
grouped as (
  select month, size_class, sum(credit) as credit
  from sized
  group by month, size_class
)
select
  strftime(month, '%Y-%m') as month,
  size_class,
  (credit::decimal(28, 0) * 0.000000001)::double as derivatives,
  credit / nullif(n * 1000000000, 0)::double as share,
  n
from grouped
join sizes using (month)
order by month, derivatives desc, size_class
