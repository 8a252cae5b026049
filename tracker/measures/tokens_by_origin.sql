-- title: Tokens by origin and openness, week by week
-- grain: one row per week (its Monday), country of origin and openness; what is of no known origin or openness stands as 'unattributed', one row a reason: hidden (the source does not tell who made it), other (all that a day does not name) or unreviewed
-- unit: tokens: prompt and completion tokens, as each provider's tokenizer counts; share: part of all tokens of the week, as hidden and unattributed are; share_attributed: part of those of known origin and openness
-- denominator: all tokens
-- coverage: traffic of private accounts is not in them; tokens of two models are not the same amount of text
-- reads: nights
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
    sum(case when reason = 'hidden' then tokens else 0 end) as hidden,
    sum(case when reason is not null then tokens else 0 end) as unattributed
  from said
  group by week
  having count(distinct day) >= $least
),
counted as (
  select
    week,
    case when reason is null then origin_country else 'unattributed' end as origin_country,
    coalesce(reason, openness) as openness,
    sum(tokens) as tokens
  from said
  group by 1, 2, 3
)
select
  c.week,
  w.days,
  c.origin_country,
  c.openness,
  c.tokens,
  c.tokens / nullif(w.tokens, 0)::double as share,
  case
    when c.origin_country <> 'unattributed' then c.tokens / nullif(w.tokens - w.unattributed, 0)::double
  end as share_attributed,
  w.hidden / nullif(w.tokens, 0)::double as hidden,
  w.unattributed / nullif(w.tokens, 0)::double as unattributed
from counted as c
join weeks as w on w.week = c.week
order by c.week, c.tokens desc, c.origin_country, c.openness
