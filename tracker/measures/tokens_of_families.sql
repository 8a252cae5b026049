-- title: Tokens of families, week by week
-- grain: one row per week (its Monday) and family; closed models have no family
-- unit: tokens: prompt and completion tokens, as each provider's tokenizer counts; share, low and high: parts of all tokens of the week; high: were all that is not attributed of this family
-- denominator: all tokens
-- coverage: traffic of private accounts is not in them; tokens of two models are not the same amount of text
-- reads: nights
-- $family family = none: this family alone
-- $first day = 2025-01-01: first day
-- $until day = snapshot: last day
-- $least whole = 4: weeks with at least so many days
with said as (
  {tokens_said}
),
weeks as (
  select
    week,
    count(distinct day) as days,
    sum(tokens) as tokens,
    sum(case when reason is not null and coalesce(family, 'unknown') in ('unknown', 'unreviewed') then tokens else 0 end) as unattributed
  from said
  group by week
  having count(distinct day) >= $least
),
counted as (
  select week, family, sum(tokens) as tokens
  from said
  where family is not null and family not in ('unknown', 'unreviewed')
  group by week, family
)
select
  c.week,
  w.days,
  c.family,
  c.tokens,
  c.tokens / nullif(w.tokens, 0)::double as share,
  c.tokens / nullif(w.tokens, 0)::double as low,
  (c.tokens + w.unattributed) / nullif(w.tokens, 0)::double as high
from counted as c
join weeks as w on w.week = c.week
where $family::varchar is null or c.family = $family
order by c.week, c.tokens desc, c.family
