-- title: What was downloaded on the days that are asked for, settled, with each model's credit by a definition
-- grain: one row per day and group
with brought as materialized (
  select
    based.snapshot_date,
    based.source,
    based.scope,
    {names},
    based.cohort,
    based.days,
    sum(credit::decimal(38, 0) * coalesce(downloads, 0)) as downloads,
    sum(credit::decimal(38, 0) * left_out) as left_out
  from daily_downloads as based
  join (
    {chain}
  ) as credited using (model_key)
  where based.scope = $scope
  group by based.snapshot_date, based.source, based.scope, {names}, based.cohort, based.days
)
select
  label,
  source,
  scope,
  {names},
  sum(downloads_credit) as downloads,
  sum(spread_credit) as spread,
  sum(left_out_credit) as left_out
from {settled} as based
where label between $first and $until
  and (source = 'hub_models' or label < {own_from})
group by label, source, scope, {names}
