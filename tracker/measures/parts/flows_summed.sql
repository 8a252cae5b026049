-- title: What the nights have brought, from the sums that they keep
-- grain: one row per night, group, class of models and flag
select
  snapshot_date,
  source,
  scope,
  {name} as name,
  cohort,
  flag,
  max(days) as days,
  {sums_of_flow},
  sum(models) as models
from {rollup} as based
semi join chosen_nights using (snapshot_date, source, scope)
group by snapshot_date, source, scope, name, cohort, flag
