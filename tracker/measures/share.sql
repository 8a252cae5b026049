-- title: Share of new derivatives
-- grain: one row per month and group
-- unit: derivatives in models (in parts of models under fractional credit); share, low and high from 0 to 1
-- ask: tracker share
with counted as (
  {counted}
),
based as (
  {based}
),
credits as (
  {credits}
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
    name,
    ({credit})::decimal(28, 9) as derivatives,
    coalesce(({credit} filter (where is_firm))::decimal(28, 9), 0) as firm
  from credited
  group by month, name
),
months as (
  {denominator}
),
parts as (
  select month, name, derivatives, firm, {part} as part, total, widest, loose
  from grouped
  join months using (month)
),
shares as (
  select
    strftime(month, '%Y-%m') as month,
    name,
    derivatives::double as derivatives,
    part / nullif(total, 0) as share,
    -- all that is not firm belongs to other groups, or all of it to this one
    case when part is not null then firm / nullif(widest, 0) end as low,
    case when part is not null then (firm + loose) / nullif(widest, 0) end as high,
    firm::double as firm
  from parts
)
select {columns}
from shares
{shown}
order by month, name in ('unknown', 'unreviewed'), derivatives desc, name
