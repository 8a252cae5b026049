-- title: How downloads grow from the day of release: of models, families or lines
-- grain: one row per name and night from its release on
-- unit: days since release (creation of a model; first release of a family or line in the registry, of a month its first day); downloads: all that were counted by that night, of a family or line those of the models that are there, by lineage weight; passed: whether this night is the first that shows the mark, of what was seen below it or is younger than the first night; flag: fall (below what was counted before, which says nothing), stall (counters stood still), catch-up (what that held back arrives), gap (nights were missed, so that it came on any of these days) or ok
-- coverage: a curve begins with the first night that has its name, not with its release; what a gap or a stall holds back comes with the next night, and is never counted as nothing
-- reads: nights
-- $names names = none: these; without it the models with most downloads among those released since nights are taken
-- $rows whole = 8: how many of them
-- $mark number = 1e6: downloads that are waited for
with newest as (
  {newest_night}
),
chosen_nights as (
  select nights.snapshot_date, nights.source
  from nights
  join newest on newest.scope = nights.scope
),
begun as (
  {first_counted}
),
asked as (
  select
    model_key,
    model_id as name,
    floor(epoch(created_at) / 86400)::bigint as released,
    cohort_of(created_at) as cohort,
    -- several had the name: the one that has it now, else the last that had
    row_number() over (partition by model_id order by removed_at desc nulls first, last_seen desc, hub_id) as turn,
    row_number() over (order by removed_at nulls first, downloads_all_time desc nulls last, model_id, hub_id) as place
  from models
  cross join begun
  where created_at is not null
    and case
      when $names is null then epoch(created_at) >= epoch(begun.snapshot_date::timestamp)
      else list_contains(string_split($names, ','), model_id)
    end
),
groups as (
  select
    line as name,
    line = family as is_family,
    floor(
      epoch(
        min(case when length(first_release) = 7 then first_release || '-01' else first_release end)::date::timestamp
      ) / 86400
    )::bigint as released
  from families
  where first_release is not null and first_release <> '' and list_contains(string_split($names, ','), line)
  group by line, line = family
),
touched as ( -- what part of a group's downloads is of classes that stood still, or caught up
  select
    flow_days.snapshot_date,
    flow_days.source,
    classes.name,
    sum(case when flow_days.flag = 'stall' then classes.downloads else 0 end) / nullif(max(classes.total), 0) as stalled,
    sum(case when flow_days.flag = 'catch-up' then classes.downloads else 0 end) / nullif(max(classes.total), 0)
      as caught_up
  from (
    select
      groups.name,
      flow_families.source,
      flow_families.cohort,
      sum(flow_families.downloads_credit)::double as downloads,
      sum(sum(flow_families.downloads_credit)) over (partition by groups.name, flow_families.source)::double as total
    from flow_families
    join newest on newest.scope = flow_families.scope
    join groups
      on groups.name = case when groups.is_family then flow_families.family else flow_families.line end
    group by groups.name, flow_families.source, flow_families.cohort
  ) as classes
  cross join newest
  join flow_days
    on flow_days.cohort = classes.cohort and flow_days.source = classes.source and flow_days.scope = newest.scope
  where flow_days.flag in ('stall', 'catch-up')
  group by flow_days.snapshot_date, flow_days.source, classes.name
),
levels as (
  select
    asked.name,
    asked.released,
    history.snapshot_date,
    history.source,
    history.downloads_all_time::double as downloads,
    flow_days.flag
  from asked
  join history on history.model_key = asked.model_key
  join newest on newest.scope = history.scope
  left join flow_days
    on flow_days.snapshot_date = history.snapshot_date
    and flow_days.source = history.source
    and flow_days.scope = history.scope
    and flow_days.cohort = asked.cohort
    and flow_days.flag in ('stall', 'catch-up')
  where asked.turn = 1 and (asked.place <= $rows or $names is not null)
  union all
  select
    groups.name,
    groups.released,
    chosen_nights.snapshot_date,
    chosen_nights.source,
    (sum(daily_families.downloads_all_time_credit)::decimal(28, 0) * 0.000000001)::double,
    max(case when touched.stalled > 0.05 then 'stall' when touched.caught_up > 0.05 then 'catch-up' end)
  from daily_families
  join chosen_nights on chosen_nights.snapshot_date = daily_families.snapshot_date
  join groups on groups.name = case when groups.is_family then daily_families.family else daily_families.line end
  left join touched
    on touched.name = groups.name
    and touched.snapshot_date = chosen_nights.snapshot_date
    and touched.source = chosen_nights.source
  group by groups.name, groups.released, chosen_nights.snapshot_date, chosen_nights.source
),
aged as (
  select
    *,
    floor(epoch(snapshot_date::timestamp) / 86400)::bigint - released as days,
    lag(snapshot_date) over (partition by name order by snapshot_date) as night_before,
    max(downloads) over (
      partition by name, source order by snapshot_date rows between unbounded preceding and 1 preceding
    ) as counted_before
  from levels
  where downloads is not null
)
select
  aged.name,
  aged.days,
  aged.snapshot_date,
  aged.source,
  aged.downloads,
  aged.downloads >= $mark
    and row_number() over (partition by aged.name, aged.downloads >= $mark order by aged.snapshot_date) = 1
    -- of what is older than its first night nobody knows when it was
    and (aged.night_before is not null or aged.released >= floor(epoch(begun.snapshot_date::timestamp) / 86400)::bigint) as passed,
  case
    when aged.downloads < aged.counted_before then 'fall'
    when aged.flag = 'stall' then 'stall'
    when aged.flag = 'catch-up' then 'catch-up'
    when date_diff('day', aged.night_before, aged.snapshot_date) > 1 then 'gap'
    else 'ok'
  end as flag
from aged
cross join begun
where aged.days >= 0
order by name, snapshot_date
