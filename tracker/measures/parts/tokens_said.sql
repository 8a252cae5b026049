-- title: Sums of tokens with their week, and why those of no known maker have none; binds $first and $until
select
  date_trunc('week', day)::date as week,
  day,
  tokens,
  case
    when is_other then 'other'
    when is_hidden then 'hidden'
    when origin_country in ('unknown', 'unreviewed') or openness in ('unknown', 'unreviewed') then 'unreviewed'
  end as reason,
  family,
  origin_country,
  openness
from token_sums
where day between $first::date and $until::date
