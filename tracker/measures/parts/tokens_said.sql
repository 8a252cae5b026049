-- title: Tokens of days with the week, and why those of no known maker have none; binds $first and $until
select
  date_trunc('week', t.day)::date as week,
  t.day,
  t.tokens,
  case
    when t.slug = 'other' then 'other'
    when n.rule = 'hidden' then 'hidden'
    when n.origin_country is null or n.origin_country in ('unknown', 'unreviewed') then 'unreviewed'
    when n.openness is null or n.openness in ('unknown', 'unreviewed') then 'unreviewed'
  end as reason,
  n.family,
  n.origin_country,
  n.openness
from token_days_current as t
left join signal_names as n on n.signal = 'token_days' and n.name = t.slug
where t.day between $first::date and $until::date
