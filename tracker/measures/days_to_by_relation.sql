-- title: How many days models took from their release to their first million downloads, by relation
-- grain: one row per declared relation (root: no parent), and one of all models together, whose relation is null
-- unit: days: the median of models that passed the mark while nights were taken, low and high its 95 % interval; models: how many these are; before: models that are older than the first night, which showed them, left out of the median; late: by how many days the median may be too late, where nights were missed
-- denominator: those models of the newest night that passed the mark while nights were taken
-- coverage: models that never got there are not among them, so that this is no chance of getting there; when those of `before` passed it nobody knows
-- reads: nights
-- $mark number = 1e6: downloads, all-time
-- $first day = none: models that passed them on this day or later; without it all
-- $thin whole = 20: relations with fewer models have no median
with newest as (
  {newest_night}
),
reached as (
  {days_to_mark}
),
grouped as (
  select null::varchar as relation, model_id, days, days_least, flag
  from reached
  where $first is null or passed_on >= $first
  union all
  select relation, model_id, days, days_least, flag
  from reached
  where $first is null or passed_on >= $first
),
ordered as (
  select
    relation,
    case when flag <> 'before' then days end as days,
    flag,
    row_number() over (
      partition by relation order by case when flag <> 'before' then days end nulls last, model_id
    ) as place,
    row_number() over (
      partition by relation order by days_least nulls last, model_id
    ) as place_least,
    days_least,
    count(case when flag <> 'before' then 1 end) over (partition by relation) as models
  from grouped
),
middle as (
  select
    relation,
    max(models) as models,
    count(case when flag = 'before' then 1 end) as before,
    avg(case when place * 2 >= models and place * 2 <= models + 2 then days end) as days,
    avg(case when place_least * 2 >= models and place_least * 2 <= models + 2 then days_least end) as days_least,
    min(case when place * 2 >= models - 1.96 * sqrt(models) then days end) as low,
    max(case when place * 2 <= models + 2 + 1.96 * sqrt(models) then days end) as high
  from ordered
  group by relation
)
select
  relation,
  case when models >= $thin then days end as days,
  case when models >= $thin then low end as low,
  case when models >= $thin then high end as high,
  models,
  before,
  case when models >= $thin then days - days_least end as late
from middle
order by relation nulls first
