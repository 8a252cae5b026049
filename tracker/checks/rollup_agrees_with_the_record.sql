-- title: The rollup of a night sums to what the night holds
-- row: a night whose rollup does not
-- broken by: update nights set downloads_30d = downloads_30d + 10
with totals as (
  select
    snapshot_date,
    sum(models) as models,
    sum(downloads_30d) as downloads_30d,
    sum(downloads_all_time) as downloads_all_time,
    sum(likes) as likes
  from daily_rollup
  group by snapshot_date
)
select
  nights.snapshot_date,
  nights.models,
  totals.models as rollup_models,
  nights.downloads_30d,
  totals.downloads_30d as rollup_downloads_30d
from nights
left join totals using (snapshot_date)
where totals.models is null
  or abs(totals.models - nights.models) > 1e-6 * nights.models
  or abs(coalesce(totals.downloads_30d, 0) - coalesce(nights.downloads_30d, 0)) > 1e-6 * nights.downloads_30d
  or abs(coalesce(totals.downloads_all_time, 0) - coalesce(nights.downloads_all_time, 0))
    > 1e-6 * nights.downloads_all_time
  or abs(coalesce(totals.likes, 0) - coalesce(nights.likes, 0)) > 1e-6 * nights.likes
order by nights.snapshot_date
