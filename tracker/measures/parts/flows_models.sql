-- title: What the nights have brought to a few models
-- grain: one row per night and model
select
  snapshot_date,
  source,
  scope,
  model_id as name,
  cohort,
  flag,
  max(days) as days,
  {sums_of_flow},
  count(*) as models
from downloads_of({listed}) as based
semi join chosen_nights using (snapshot_date, source, scope)
group by snapshot_date, source, scope, name, cohort, flag
