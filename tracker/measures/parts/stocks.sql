-- title: What groups hold at the end of each of several days
-- grain: one row per day and group
with counted as (
  {counted}
),
based as (
  {based}
),
told as (
  {told_credits}
),
credits as (
  select *
  from told
  {which_credits}
),
summed as (
  {summed}
),
credited as (
  {credited}
),
grouped as ( -- by the days that models are there on, which the month holds: each is looked at once for all of them
  select
    month,
    {names},
    {credit} as derivatives,
    coalesce({credit} filter (where is_firm), 0) as firm
  from credited
  group by month, {names}
)
select
  days.day,
  {columns_named},
  (sum(derivatives)::decimal(28, 0) * {unit})::double as derivatives,
  (sum(firm)::decimal(28, 0) * {unit})::double as firm
from grouped
join (
  {days}
) as days on (grouped.month // days.bit) % 2 = 1
group by days.day, {names}
order by days.day, {nameless}, derivatives desc, {names}
