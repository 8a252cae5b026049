-- title: The best model with open weights by origin, over time
-- grain: one row per source, board, day and country of origin; of an index, which is fitted anew for each download, days are those of releases in its newest
-- unit: rating and gap: points of that board on that day, of use within it alone; rating_low and rating_high: its interval (95 % on Arena, 90 % of Epoch); gap_low and gap_high: the interval at its widest
-- coverage: models whose openness or origin is not known count for no country; best_any is the best of all models, closed ones included
-- reads: nights
-- $first day = 2023-01-01: first day
with rated as (
  {rated}
),
days as (
  select distinct source, board, known_on as day
  from rated
  where known_on >= $first
),
there as ( -- on each board its own models; of an index those that were released by then
  select d.source, d.board, d.day, r.model, r.rating, r.rating_low, r.rating_high, r.origin_country, r.openness
  from days as d
  join rated as r on r.source = d.source and r.board = d.board
    and (r.known_on = d.day or (r.source = 'epoch_eci' and r.known_on < d.day))
),
placed as (
  select
    *,
    row_number() over (partition by source, board, day, openness, origin_country order by rating desc, model) as place,
    row_number() over (partition by source, board, day order by rating desc, model) as place_of_all
  from there
),
best as (
  select
    *,
    row_number() over (partition by source, board, day order by rating desc, model) as place_of_country
  from placed
  where place = 1 and openness = 'open' and origin_country not in ('unknown', 'unreviewed')
)
select
  b.source,
  b.board,
  b.day,
  b.origin_country,
  b.model,
  b.rating,
  b.rating_low,
  b.rating_high,
  o.origin_country as rival_country,
  o.model as rival,
  b.rating - o.rating as gap,
  b.rating_low - o.rating_high as gap_low,
  b.rating_high - o.rating_low as gap_high,
  a.model as best_any,
  a.openness as best_any_openness,
  b.rating - a.rating as gap_to_best
from best as b
left join best as o on o.source = b.source and o.board = b.board and o.day = b.day
  and o.place_of_country = case when b.place_of_country = 1 then 2 else 1 end
left join placed as a on a.source = b.source and a.board = b.board and a.day = b.day and a.place_of_all = 1
order by b.source, b.board, b.day, b.rating desc, b.origin_country
