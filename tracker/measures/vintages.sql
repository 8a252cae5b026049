-- title: A month as it was said on each night
-- grain: one row per day on which a copy said otherwise of the month than the one before, the newest night, and family
-- unit: derivatives in models (in parts of models under fractional credit); share from 0 to 1, of all new derivatives of the month as they were said then; is_running: the month was not over
-- $month month = last: the month in which the models were created
with changed as (
  select said_on, generation, family, derivatives
  from derivatives_vintages
  where month = $month
),
days as (
  select said_on, max(generation) as generation
  from (
    select said_on, generation from changed
    union all
    select greatest(last_change.said_on, newest.night), last_change.generation
    from (select max(said_on) as said_on, max(generation) as generation from changed) as last_change
    cross join (select max(snapshot_date) as night from nights) as newest
  ) as told
  where generation is not null and said_on is not null
  group by said_on
),
held as ( -- what was said last of a family by then
  select days.said_on, changed.family, max(changed.generation) as generation
  from days
  join changed on changed.generation <= days.generation
  group by days.said_on, changed.family
),
said as (
  select held.said_on, held.family, changed.derivatives
  from held
  join changed on changed.family = held.family and changed.generation = held.generation
),
sums as (
  select said_on, sum(derivatives) as total from said group by said_on
)
select
  said.said_on,
  said.family,
  said.derivatives,
  said.derivatives / nullif(sums.total, 0) as share,
  date_trunc('month', said.said_on) = $month as is_running
from said
join sums on sums.said_on = said.said_on
order by said.said_on, said.derivatives desc, said.family
