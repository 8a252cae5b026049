-- title: What the nights have brought to every model, with its credit by a definition
-- grain: one row per night, group, class of models and flag
select
  based.snapshot_date,
  based.source,
  based.scope,
  {names},
  based.cohort,
  based.flag,
  max(based.days) as days,
  {sums_of_flow},
  count(*) as models
from daily_downloads as based
join (
  {chain}
) as credited using (model_key)
semi join chosen_nights using (snapshot_date, source, scope)
group by based.snapshot_date, based.source, based.scope, {names}, based.cohort, based.flag
