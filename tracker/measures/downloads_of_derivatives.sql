-- title: What part of downloads goes to derivatives, by relation
-- grain: one row per month and relation (root: no parent), and one of all derivatives together, whose relation is null
-- unit: downloads_30d: of the 30 days before snapshot_date, the month's last night; share: part of those of all models, 0 to 1; models: with that relation, n: all; flag: thin (too few models for a share), running (the month is not over), gap (no night of its last week) or ok
-- denominator: the downloads of the 30 days before each month's last night, of all its models
-- coverage: a relation is what a model declares of its first parent, copy a re-upload by a rule of the registry; who declares no parent counts as a root, so that derivatives have at least this share
-- reads: nights
-- $first month = none: months from this one on; without it all
-- $until month = none: months up to this one
-- $family family = none: of the downloads of this family and of what is built on it; without it of all
-- $thin whole = 100: months with fewer models have no share
with ends as (
  {month_ends}
),
summed as (
  select
    daily_rollup.snapshot_date,
    daily_rollup.relation,
    sum(daily_rollup.downloads_30d_credit) as downloads,
    sum(daily_rollup.models_credit) as models
  from daily_rollup
  semi join ends using (snapshot_date)
  where $family is null or daily_rollup.family = $family
  group by daily_rollup.snapshot_date, daily_rollup.relation
),
grouped as (
  select snapshot_date, relation, downloads, models
  from summed
  union all
  select
    snapshot_date,
    null,
    sum(case when relation <> 'root' then downloads else 0 end),
    sum(case when relation <> 'root' then models else 0 end)
  from summed
  group by snapshot_date
),
totals as (
  select snapshot_date, sum(downloads) as downloads, sum(models) as models
  from summed
  group by snapshot_date
)
select
  strftime(ends.month, '%Y-%m') as month,
  ends.snapshot_date,
  ends.source,
  grouped.relation,
  (grouped.downloads::decimal(28, 0) * 0.000000001)::double as downloads_30d,
  case
    when totals.models >= 1e9 * $thin then grouped.downloads::double / nullif(totals.downloads, 0)::double
  end as share,
  (grouped.models::decimal(28, 0) * 0.000000001)::double as models,
  (totals.models::decimal(28, 0) * 0.000000001)::double as n,
  case when totals.models >= 1e9 * $thin then ends.flag else 'thin' end as flag
from grouped
join totals on totals.snapshot_date = grouped.snapshot_date
join ends on ends.snapshot_date = grouped.snapshot_date
order by month, grouped.relation nulls first
