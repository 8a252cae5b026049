-- title: How many days after their release models passed a mark, as far as nights can tell
-- grain: one row per model; days: until the first night that has the mark, days_least: the soonest it can have been
select
  passed.model_id,
  passed.relation,
  passed.passed_on,
  floor(epoch(passed.passed_on::timestamp) / 86400)::bigint - passed.released as days,
  case
    when passed.below_on is not null then floor(epoch(passed.below_on::timestamp) / 86400)::bigint + 1 - passed.released
    when passed.released >= floor(epoch(begun.snapshot_date::timestamp) / 86400)::bigint then 0
  end as days_least,
  case
    when passed.below_on is null and passed.released < floor(epoch(begun.snapshot_date::timestamp) / 86400)::bigint
    then 'before'
    when caught_up.snapshot_date is not null then 'catch-up'
    when passed.below_on is null or date_diff('day', passed.below_on, passed.passed_on) > 1 then 'gap'
    else 'ok'
  end as flag
from (
  {passed_mark}
) as passed
cross join (
  {first_counted}
) as begun
left join (
  select distinct flow_days.snapshot_date, flow_days.cohort
  from flow_days
  join newest on newest.scope = flow_days.scope
  join nights on nights.snapshot_date = flow_days.snapshot_date and nights.source = flow_days.source
  where flow_days.flag = 'catch-up'
) as caught_up on caught_up.snapshot_date = passed.passed_on and caught_up.cohort = passed.cohort
