-- title: Downloads between one night and the next, by group
-- grain: one row per night after the first of its source and scope (or month of days), and group
-- unit: value: downloads of the days since the last honest counter of each model, the day before the night the last of them; left_out: what no value counts
-- ask: tracker trend --flow
with chosen_nights as (
  {nights}
),
flows as materialized (
  {flows}
),
spans as (
  select snapshot_date, source, scope, max(days) as days
  from flow_classes
  semi join chosen_nights using (snapshot_date, source, scope)
  group by snapshot_date, source, scope
),
classes as (
  select {names}, source, scope, cohort, sum(downloads)::double as downloads
  from flows
  group by {names}, source, scope, cohort
),
groups as (
  select {names}, source, scope, sum(downloads) as downloads
  from classes
  group by {names}, source, scope
),
begun as (
  select {names}, source, scope, min(snapshot_date) as first_night
  from flows
  group by {names}, source, scope
),
touched as (
  -- what part of a group's downloads is of classes that stood still, or caught up
  select
    flow_days.snapshot_date,
    classes.source,
    classes.scope,
    {names_of_classes},
    sum(if(flow_days.flag = 'stall', classes.downloads, 0)) / nullif(max(groups.downloads), 0) as stalled,
    sum(if(flow_days.flag = 'catch-up', classes.downloads, 0)) / nullif(max(groups.downloads), 0) as caught_up
  from classes
  join groups using ({names}, source, scope)
  join flow_days
    on flow_days.cohort = classes.cohort
    and flow_days.source = classes.source
    and flow_days.scope = classes.scope
  where flow_days.flag is not null
  group by flow_days.snapshot_date, classes.source, classes.scope, {names_of_classes}
),
wholes as (
  select
    snapshot_date,
    source,
    scope,
    max(if(flag = 'fall', 1, 0)) as has_fallen,
    max(if(flag = 'recovery', 1, 0)) as has_recovered,
    max(if(flag = 'partial', 1, 0)) as is_partial
  from flow_days
  where cohort = 'all'
  group by snapshot_date, source, scope
),
sums as (
  select
    snapshot_date,
    source,
    scope,
    {names},
    sum(downloads) as downloads,
    sum(left_out) as left_out,
    sum(models) as models,
    max(days) as days,
    sum(if(flag = 'fall', models, 0)) as fallen,
    sum(if(flag = 'recovery', downloads, 0)) as recovered,
    sum(if(flag = 'stall', models, 0)) as stalled,
    sum(if(flag = 'catch-up', models, 0)) as caught_up,
    sum(if(flag = 'gap', downloads, 0)) as spans_a_gap,
    sum(if(flag = 'retroactive', left_out, 0)) as retroactive,
    sum(if(flag = 'spike', downloads, 0)) as burst,
    sum(if(flag = 'new', downloads, 0)) as new,
    sum(if(flag = 'window-only', models, 0)) as uncounted
  from flows
  group by snapshot_date, source, scope, {names}
),
judged as (
  select
    spans.snapshot_date,
    {days} as days,
    {names_of_begun},
    {downloads} as downloads,
    coalesce(sums.left_out, 0) as left_out,
    case
      when sums.fallen > 0 and coalesce(wholes.has_fallen, 0) = 1 then 10
      when coalesce(touched.stalled, 0) > 0.05 or sums.stalled > 0 then 9
      -- a few that stay below are no fall of a group that stood still
      when sums.fallen > 0 and sums.fallen >= 0.01 * sums.models then 10
      when sums.recovered > 0 and (coalesce(wholes.has_recovered, 0) = 1 or sums.recovered > 0.01 * sums.downloads)
        then 8
      when coalesce(touched.caught_up, 0) > 0.05 or sums.caught_up > 0 then 7
      when coalesce(wholes.is_partial, 0) = 1 then 6
      when spans.days > 1 or sums.spans_a_gap > 0.1 * sums.downloads then 5
      when sums.retroactive > 0.1 * sums.downloads then 4
      when sums.burst > 0.1 * sums.downloads then 3
      when sums.new > 0.5 * sums.downloads then 2
      when sums.uncounted = sums.models then 1
      else 0
    end as weight
  from begun
  join spans on spans.source = begun.source and spans.scope = begun.scope and spans.snapshot_date >= begun.first_night
  {filled} join sums
    on sums.snapshot_date = spans.snapshot_date
    and sums.source = spans.source
    and sums.scope = spans.scope
    and {same_names_as_sums}
  left join touched
    on touched.snapshot_date = spans.snapshot_date
    and touched.source = spans.source
    and touched.scope = spans.scope
    and {same_names_as_touched}
  left join wholes
    on wholes.snapshot_date = spans.snapshot_date
    and wholes.source = spans.source
    and wholes.scope = spans.scope
)
select
  {period} as {period_named},
  {columns_named},
  sum(days) as days,
  sum(downloads)::decimal(28, 0) * {unit} as value,
  case max(weight)
    when 10 then 'fall'
    when 9 then 'stall'
    when 8 then 'recovery'
    when 7 then 'catch-up'
    when 6 then 'partial'
    when 5 then 'gap'
    when 4 then 'retroactive'
    when 3 then 'spike'
    when 2 then 'new'
    when 1 then 'window-only'
    else 'ok'
  end as flag,
  sum(left_out)::decimal(28, 0) * {unit} as left_out
from judged
where true
  {shown}
group by {period}, {names}
order by {period}, value desc, {names}
