-- title: Share of new derivatives
-- grain: one row per month and group
-- unit: derivatives in models (in parts of models under fractional credit); share, low and high from 0 to 1; n in whole models of the denominator
-- ask: tracker share
with counted as (
  {counted}
),
based as (
  {based}
),
credits as materialized ( -- four tables read it
  {told_credits}
),
summed as (
  {summed}
),
credited as (
  {credited}
),
grouped as (
  select
    month,
    {names},
    {left_of_group}
    {credit} as derivatives,
    coalesce({credit} filter (where is_firm), 0) as firm
  from credited
  group by month, {names}
),
months as (
  {denominator}
),
sizes as (
  select month, {size} as n
  from {denominated}
  group by month
),
parts as (
  select
    month,
    {names},
    derivatives,
    firm,
    {part} as part,
    total,
    widest,
    loose,
    {left}
    coalesce(n, 0) as n
  from grouped
  join months using (month)
  left join sizes using (month)
),
shares as (
  select
    strftime(month, '%Y-%m') as month,
    {names},
    (derivatives::decimal(28, 0) * {unit})::double as derivatives,
    part / nullif(total, 0) as share,
    {bounds},
    n,
    (firm::decimal(28, 0) * {unit})::double as firm
  from parts
)
select {columns}
from {shown}
order by month, {nameless}, derivatives desc, {names}
