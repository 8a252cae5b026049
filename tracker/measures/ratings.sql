-- title: The best rated of the newest boards
-- grain: one row per source, board and group: its best model
-- unit: rating: points of that board, of use within it alone; rating_low and rating_high: its interval (95 % on Arena, 90 % of Epoch)
-- ask: tracker top --by rating
with rated as (
  {rated}
),
newest as (
  select source, board, max(day) as day
  from rated
  group by source, board
),
placed as (
  select
    r.*,
    r.{column} as grouped,
    row_number() over (partition by r.source, r.board, r.{column} order by r.rating desc, r.model) as place
  from rated as r
  join newest as n on n.source = r.source and n.board = r.board and n.day = r.day
  where r.{column} not in ('unknown', 'unreviewed')
    and ({holds})
),
ranked as ( -- among all, whichever are shown
  select *, row_number() over (partition by source, board order by rating desc, grouped) as rank
  from placed
  where place = 1
),
shown as (
  select *, row_number() over (partition by source, board order by rank) as number
  from ranked
  where true
    {only}
)
select
  source, board, day, rank, model, rating, rating_low, rating_high, family, developer, origin_country, openness, license_class
from shown
where number <= $rows
order by source, board, rank
