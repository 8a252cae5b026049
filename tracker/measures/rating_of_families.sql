-- title: The best rated open model of each family on the newest boards
-- grain: one row per source, board and family
-- unit: rating and best_any: points of that board, of use within it alone; rating_low and rating_high: its interval (95 % on Arena, 90 % of Epoch); rank: place among families
-- coverage: models with open weights whose family is known; best_any is the best of all models, closed ones included
-- reads: nights
-- $family family = none: this family alone, its rank still among all
with rated as (
  {rated}
),
newest as (
  select source, board, max(day) as day, max(rating) as best_any
  from rated as r
  where r.day = (select max(o.day) from rated as o where o.source = r.source and o.board = r.board)
  group by source, board
),
placed as (
  select
    r.*,
    n.best_any,
    row_number() over (partition by r.source, r.board, r.family order by r.rating desc, r.model) as place
  from rated as r
  join newest as n on n.source = r.source and n.board = r.board and n.day = r.day
  where r.openness = 'open' and r.family not in ('unknown', 'unreviewed')
),
ranked as (
  select
    *,
    rank() over (partition by source, board order by rating desc) as rank,
    count(*) over (partition by source, board) as families
  from placed
  where place = 1
)
select source, board, day, family, rank, families, model, rating, rating_low, rating_high, best_any
from ranked
where $family::varchar is null or family = $family
order by source, board, rank, family
