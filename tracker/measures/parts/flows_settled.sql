-- title: What was downloaded on the days that are asked for, settled
-- grain: one row per day and group
select
  label,
  source,
  scope,
  {name} as name,
  sum(downloads_credit) as downloads,
  sum(spread_credit) as spread,
  sum(left_out_credit) as left_out
from {settled} as based
where label between $first and $until
  and scope = $scope
  and (source = 'hub_models' or label < {own_from})
group by label, source, scope, name
