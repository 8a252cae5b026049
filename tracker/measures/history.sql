-- title: What covers which days, and how far sources agree
-- grain: one row per source and scope (covers), hole of one (gap), two sources with shared days (agrees), and refused day
-- unit: nights and missing in days; in_both: models of both sources in parts of those of either; differences of downloads_30d in parts of the larger one
-- ask: tracker history
with steps as (
  select
    source,
    scope,
    snapshot_date,
    is_preferred,
    lag(snapshot_date) over (partition by source, scope order by snapshot_date) as before,
    date_diff(
      'day', lag(snapshot_date) over (partition by source, scope order by snapshot_date), snapshot_date
    ) as days
  from recorded_nights
),
ranked as (
  select
    source,
    scope,
    days,
    row_number() over (partition by source, scope order by days) as place,
    count(*) over (partition by source, scope) as steps
  from steps
  where days is not null
),
usual as ( -- the step that most are as long as: the lower median
  select source, scope, days
  from ranked
  where place = (steps + 1) // 2
),
holes as (
  select steps.source, steps.scope, steps.before, steps.snapshot_date, steps.days, usual.days as usual_days
  from steps
  join usual on usual.source = steps.source and usual.scope = steps.scope
  where steps.days * 2 > usual.days * 3
),
told as (
  select
    'covers' as kind,
    steps.source,
    steps.scope,
    null::varchar as other,
    min(steps.snapshot_date) as first,
    max(steps.snapshot_date) as last,
    count(*) as nights,
    count(case when steps.is_preferred then 1 end) as shown,
    max(usual.days) as every_days,
    max(coalesce(missed.days, 0)) as missing,
    null::double as in_both,
    null::double as median_difference,
    null::double as p95_difference,
    null::varchar as reason
  from steps
  left join usual on usual.source = steps.source and usual.scope = steps.scope
  left join (
    select source, scope, sum(days - usual_days) as days from holes group by source, scope
  ) as missed on missed.source = steps.source and missed.scope = steps.scope
  group by steps.source, steps.scope
  union all
  select
    'gap', source, scope, null, before + 1, snapshot_date - 1, null, null, null, days - usual_days, null, null, null, null
  from holes
  union all
  select
    'agrees',
    source,
    scope,
    other,
    min(snapshot_date),
    max(snapshot_date),
    count(*),
    null,
    null,
    null,
    sum(in_both)::double / sum(models + other_models - in_both),
    avg(median_difference),
    avg(p95_difference),
    null
  from agreements
  group by source, other, scope
  union all
  select
    'refused', source, scope, null, snapshot_date, snapshot_date, null, null, null, null, null, null, null, reason
  from runs
  where status = 'refused'
)
select
  kind, source, scope, other, first, last, nights, shown, every_days, missing, in_both, median_difference,
  p95_difference, reason
from told
order by
  case kind when 'covers' then 1 when 'agrees' then 2 when 'gap' then 3 else 4 end, source, scope, other, first, reason
