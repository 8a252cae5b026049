-- title: Downloads of each day, settled, by group
-- grain: one row per day (or month of days) and group
-- unit: value: downloads of the day, what speaks for several days spread over them; spread: of them; left_out: what no day has
-- ask: tracker trend --flow --settled
with flows as materialized (
  {flows}
),
groups as (
  select {names}, sum(downloads) as downloads
  from flows
  group by {names}
),
judged as (
  select
    flows.label,
    {names_of_flows},
    flows.downloads,
    flows.spread,
    flows.left_out,
    if(flow_chains.unsettled_from <= flows.label, 1, 0) as is_open
  from flows
  join flow_chains on flow_chains.source = flows.source and flow_chains.scope = flows.scope
)
select
  {period} as {period_named},
  {columns_named},
  sum(downloads)::decimal(28, 0) * {unit} as value,
  sum(spread)::decimal(28, 0) * {unit} as spread,
  sum(left_out)::decimal(28, 0) * {unit} as left_out,
  case
    when max(is_open) = 1 then 'unsettled'
    when sum(spread) > 0.01 * sum(downloads) then 'spread'
    else 'ok'
  end as flag
from judged
where true
  {shown}
group by {period}, {names}
order by {period}, value desc, {names}
