-- title: How long downloads of models last after their peak: their half-life, by family
-- grain: one row per family, and one of all families together, whose family is null; a model of several families counts in each
-- unit: days: from the first night with a model's most downloads of 30 days to the first after it with half of that or less, the median of the models that fell so far, low and high its 95 % interval; halved: these, models: all whose peak was seen; before: models that had most on their first night, left out; within_month to within_year: part of the models whose peak is at least 30, 90, 182 and 365 days old that had halved by then, 0 to 1, null of too few; late: by how many days nights may show it too late, the mean of the halved
-- denominator: all models whose peak was seen and is at least so old
-- coverage: models with downloads enough that the first night did not show at their peak already; who has not halved yet is in the parts, not in the median; a peak may still come, and a window of 30 days halves 15 days after downloads end at the soonest
-- reads: nights
-- $least whole = 1000: models that had at least so many downloads in 30 days
-- $thin whole = 20: of fewer models there is no median and no part
with newest as (
  {newest_night}
),
chosen_nights as (
  select
    nights.snapshot_date,
    lag(nights.snapshot_date) over (order by nights.snapshot_date) as night_before
  from nights
  join newest on newest.scope = nights.scope
),
tops as (
  select model_key, max(downloads_30d) as top
  from counters
  semi join chosen_nights using (snapshot_date)
  where downloads_30d >= $least
  group by model_key
),
seen as (
  select counters.model_key, counters.snapshot_date, counters.downloads_30d, tops.top
  from counters
  semi join chosen_nights using (snapshot_date)
  join tops on tops.model_key = counters.model_key
  where counters.downloads_30d is not null
),
peaks as (
  select
    model_key,
    top,
    min(snapshot_date) as first_night,
    min(case when downloads_30d = top then snapshot_date end) as peak_on
  from seen
  group by model_key, top
),
halved as (
  select
    peaks.model_key,
    peaks.first_night,
    peaks.peak_on,
    min(case when seen.snapshot_date > peaks.peak_on and 2 * seen.downloads_30d <= peaks.top then seen.snapshot_date end)
      as half_on
  from peaks
  join seen on seen.model_key = peaks.model_key
  group by peaks.model_key, peaks.first_night, peaks.peak_on
),
aged as (
  select
    halved.model_key,
    case when halved.peak_on = halved.first_night then 1 else 0 end as is_before,
    date_diff('day', halved.peak_on, halved.half_on) as days,
    date_diff('day', halved.peak_on, newest.snapshot_date) as age,
    date_diff('day', chosen_nights.night_before, chosen_nights.snapshot_date) - 1 as late
  from halved
  cross join newest
  left join chosen_nights on chosen_nights.snapshot_date = halved.half_on
),
grouped as (
  select null::varchar as family, model_key, is_before, days, age, late
  from aged
  union all
  select named.family, aged.model_key, aged.is_before, aged.days, aged.age, aged.late
  from aged
  join (select distinct model_key, family from lineage) as named on named.model_key = aged.model_key
),
ordered as (
  select
    *,
    row_number() over (partition by family order by days nulls last, model_key) as place,
    count(days) over (partition by family) as halved
  from grouped
  where is_before = 0
),
left_out as (
  select family, sum(is_before)::bigint as before
  from grouped
  group by family
)
select
  left_out.family,
  case when max(halved) >= $thin then avg(case when place * 2 >= halved and place * 2 <= halved + 2 then days end) end
    as days,
  case when max(halved) >= $thin then min(case when place * 2 >= halved - 1.96 * sqrt(halved) then days end) end as low,
  case when max(halved) >= $thin then max(case when place * 2 <= halved + 2 + 1.96 * sqrt(halved) then days end) end
    as high,
  count(days) as halved,
  count(age) as models,
  max(left_out.before) as before,
  case
    when count(case when age >= 30 then 1 end) >= $thin
    then count(case when age >= 30 and days <= 30 then 1 end) / nullif(count(case when age >= 30 then 1 end), 0)::double
  end as within_month,
  case
    when count(case when age >= 90 then 1 end) >= $thin
    then count(case when age >= 90 and days <= 90 then 1 end) / nullif(count(case when age >= 90 then 1 end), 0)::double
  end as within_quarter,
  case
    when count(case when age >= 182 then 1 end) >= $thin
    then count(case when age >= 182 and days <= 182 then 1 end)
      / nullif(count(case when age >= 182 then 1 end), 0)::double
  end as within_half,
  case
    when count(case when age >= 365 then 1 end) >= $thin
    then count(case when age >= 365 and days <= 365 then 1 end)
      / nullif(count(case when age >= 365 then 1 end), 0)::double
  end as within_year,
  case when max(halved) >= $thin then avg(case when days is not null then late end) end as late
from left_out
left join ordered on ordered.family is not distinct from left_out.family
group by left_out.family
order by case when left_out.family is null then 0 else 1 end, models desc, left_out.family
