-- title: What the boards of Arena and the index of Epoch say of models, each within its own board
select
  'arena' as source, a.arena as board, a.board_date as day, a.board_date as known_on, a.model_name as model,
  a.rating, a.low as rating_low, a.high as rating_high,
  coalesce(n.origin_country, 'unreviewed') as origin_country, coalesce(n.family, 'unreviewed') as family,
  coalesce(n.line, 'unreviewed') as line, coalesce(n.developer, 'unreviewed') as developer,
  coalesce(n.openness, 'unreviewed') as openness, coalesce(n.license_class, 'unreviewed') as license_class
from arena_ratings_current as a
left join signal_names as n on n.signal = 'arena_ratings' and n.name = a.model_name
where a.category = 'overall' and a.rating is not null and not isnan(a.rating)
union all
select
  'epoch_eci', 'index', i.as_of, i.released_on, i.model,
  i.score, i.low, i.high,
  coalesce(n.origin_country, 'unreviewed'), coalesce(n.family, 'unreviewed'),
  coalesce(n.line, 'unreviewed'), coalesce(n.developer, 'unreviewed'),
  coalesce(n.openness, 'unreviewed'), coalesce(n.license_class, 'unreviewed')
from index_scores_current as i
left join signal_names as n on n.signal = 'index_scores' and n.name = i.model
where i.score is not null and i.as_of = (select max(as_of) from index_scores_current)
