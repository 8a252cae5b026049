-- title: How far downloads are concentrated on few models, month by month
-- grain: one row per month
-- unit: top_10, top_100, top_1000: part of the downloads of the 30 days before snapshot_date, the month's last night, that goes to so many of the most downloaded models, null where there are no more; herfindahl: sum of the squares of all models' parts, 0 to 1; flag: thin (too few models for a share), running (the month is not over), gap (no night of its last week) or ok
-- denominator: the downloads of the 30 days before each month's last night, of all its models
-- coverage: every model that the night holds, by its own counter: a model and its re-uploads are several
-- reads: nights
-- $first month = none: months from this one on; without it all
-- $until month = none: months up to this one
-- $thin whole = 100: months with fewer models have no share
with ends as (
  {month_ends}
),
ranked as (
  select
    counters.snapshot_date,
    counters.downloads_30d as downloads,
    -- ties hold the same value, so none of them needs breaking
    row_number() over (partition by counters.snapshot_date order by counters.downloads_30d desc) as place
  from counters
  semi join ends using (snapshot_date)
  where counters.downloads_30d is not null
),
summed as (
  select
    snapshot_date,
    count(*) as models,
    sum(downloads) as downloads,
    sum(case when place <= 10 then downloads end) as top_10,
    sum(case when place <= 100 then downloads end) as top_100,
    sum(case when place <= 1000 then downloads end) as top_1000,
    sum(downloads::decimal(38, 0) * downloads) as squares
  from ranked
  group by snapshot_date
)
select
  strftime(ends.month, '%Y-%m') as month,
  ends.snapshot_date,
  ends.source,
  case when summed.models > 10 and summed.models >= $thin then summed.top_10 / nullif(summed.downloads, 0)::double end as top_10,
  case when summed.models > 100 and summed.models >= $thin then summed.top_100 / nullif(summed.downloads, 0)::double end as top_100,
  case when summed.models > 1000 and summed.models >= $thin then summed.top_1000 / nullif(summed.downloads, 0)::double end as top_1000,
  case
    when summed.models >= $thin
    then summed.squares::double / nullif(summed.downloads::double * summed.downloads::double, 0)
  end as herfindahl,
  summed.models,
  summed.downloads as downloads_30d,
  case when summed.models >= $thin then ends.flag else 'thin' end as flag
from ends
join summed on summed.snapshot_date = ends.snapshot_date
order by month
