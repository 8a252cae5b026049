-- title: Tokens of a country or family, of open or closed weights, by week, out of each denominator
-- grain: one row per week, Monday to Sunday
-- unit: tokens; named: slugs beside 'other', variants by themselves, as charts have them; has_all: the days of the week name what is left beside their largest models
-- ask: tracker claims
with said as (
  select
    date_trunc('week', t.day)::date as week,
    t.day,
    t.slug,
    t.tokens,
    coalesce(n.model, t.slug) as model,
    n.rule = 'hidden' or n.origin_country in ('unknown', 'unreviewed') as is_unattributed,
    ($country::varchar is null or n.origin_country = $country)
      and ($family::varchar is null or n.family = $family)
      and ($openness::varchar is null or n.openness = $openness) as is_counted
  from token_days_current as t
  join signal_names as n on n.signal = 'token_days' and n.name = t.slug
  where t.day between $first and $until
),
models as (
  select week, model, sum(tokens) as tokens
  from said
  where model <> 'other'
  group by week, model
),
placed as (
  select week, model, row_number() over (partition by week order by tokens desc, model) as place
  from models
),
with_places as (
  select s.*, coalesce(p.place, 1000000) as place
  from said as s
  left join placed as p on p.week = s.week and p.model = s.model
)
select
  week,
  count(distinct day) as days,
  count(distinct day) = count(distinct case when slug = 'other' then day end) as has_all,
  count(distinct case when slug <> 'other' then slug end) as named,
  sum(tokens) as all_tokens,
  sum(case when is_counted then tokens else 0 end) as of_all,
  sum(case when is_unattributed then 0 else tokens end) as attributed,
  sum(case when is_counted and not is_unattributed then tokens else 0 end) as of_attributed,
  sum(case when place <= 10 then tokens else 0 end) as largest_10,
  sum(case when is_counted and place <= 10 then tokens else 0 end) as of_largest_10,
  sum(case when place <= 9 then tokens else 0 end) as largest_9,
  sum(case when is_counted and place <= 9 then tokens else 0 end) as of_largest_9
from with_places
group by week
order by week
