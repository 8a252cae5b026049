-- title: The small rollup sums to the full one
-- row: a night and line whose figures differ
-- broken by: update open_families set derivatives_credit = 2 * derivatives_credit where line = 'Qwen3'
with small as (
  select snapshot_date, line, sum(downloads_30d) as downloads_30d, sum(derivatives) as derivatives
  from daily_families
  group by snapshot_date, line
),
whole as (
  select snapshot_date, line, sum(downloads_30d) as downloads_30d, sum(derivatives) as derivatives
  from daily_rollup
  group by snapshot_date, line
)
select snapshot_date, line, small.downloads_30d, whole.downloads_30d as rollup_downloads_30d
from small
full join whole using (snapshot_date, line)
where small.line is null
  or whole.line is null
  or abs(coalesce(small.downloads_30d, 0) - coalesce(whole.downloads_30d, 0)) > 1e-6 * (1 + whole.downloads_30d)
  or abs(coalesce(small.derivatives, 0) - coalesce(whole.derivatives, 0)) > 1e-6 * (1 + whole.derivatives)
order by snapshot_date, line
