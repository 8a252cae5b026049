-- title: How far new derivatives are traced, and by what evidence
-- grain: one row per month and evidence: the weakest on the path to a reviewed root, or what is open: dangling (the parent is not on the Hub), outside (the scope did not cover it), unreviewed or unknown (the root's family)
-- unit: derivatives in models, a merge's credit shared; share of the month's derivatives from 0 to 1; n in whole models
-- $first month = none: months from this one on; without it all
-- $until day = snapshot: created up to this day
with judged as (
  select
    lineage.model_key,
    lineage.created_month as month,
    lineage.credit,
    case
      when lineage.status in ('dangling', 'outside') then lineage.status
      when lineage.family in ('unknown', 'unreviewed') then lineage.family
      else coalesce(lineage.evidence, 'hub')
    end as evidence
  from lineage
  join models using (model_key)
  where lineage.status <> 'root'
    and epoch(models.created_at) < epoch(($until::date + 1)::timestamp)
    and ($first is null or lineage.created_month >= $first)
),
sizes as (
  select month, count(distinct model_key) as n
  from judged
  group by month
),
grouped as (
  select month, evidence, sum(credit) as credit
  from judged
  group by month, evidence
)
select
  strftime(month, '%Y-%m') as month,
  evidence,
  (credit::decimal(28, 0) * 0.000000001)::double as derivatives,
  credit / nullif(n * 1000000000, 0)::double as share,
  n
from grouped
join sizes using (month)
order by month, derivatives desc, evidence
