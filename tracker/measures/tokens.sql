-- title: Tokens by group, with every denominator
-- grain: one row per period and group; a day without figures is missing, days says how many a period has
-- unit: value: prompt and completion tokens, as each provider's tokenizer counts; shares: parts of 1; share_hidden: of the period, under names that hide who made the model, beside 'other'
-- denominator: all tokens of the period (share), those attributed (share_attributed) and those of the largest models (share_largest)
-- ask: tracker trend --by tokens
with said as (
  select
    {period} as period,
    t.day,
    t.tokens,
    coalesce(n.model, t.slug) as model,
    case when {is_open_question} then 'unattributed' else {group} end as {column},
    {is_open_question} or ({holds}) as is_counted,
    {is_open_question} as is_open_question,
    coalesce(n.rule, '') = 'hidden' and t.slug <> 'other' as is_hidden
  from token_days_current as t
  left join signal_names as n on n.signal = 'token_days' and n.name = t.slug
  where t.day between $first and $until
),
periods as (
  select
    period,
    count(distinct day) as days,
    sum(tokens) as tokens,
    sum(case when is_open_question then tokens else 0 end) as open_question,
    sum(case when is_hidden then tokens else 0 end) as hidden
  from said
  group by period
),
models as (
  select period, model, sum(tokens) as tokens
  from said
  where model <> 'other'
  group by period, model
),
placed as (
  select period, model, tokens, row_number() over (partition by period order by tokens desc, model) as place
  from models
),
largest as (
  select period, model, tokens
  from placed
  where place <= $largest
),
totals as (
  select period, sum(tokens) as tokens
  from largest
  group by period
),
counted as (
  select
    s.period,
    s.{column},
    sum(s.tokens) as value,
    sum(case when l.model is not null then s.tokens else 0 end) as of_largest
  from said as s
  left join largest as l on l.period = s.period and l.model = s.model
  where s.is_counted
  group by s.period, s.{column}
),
shown as (
  select c.*, row_number() over (partition by c.period order by c.value desc, c.{column}) as place
  from counted as c
  where true
    {only}
)
select
  s.period,
  p.days,
  s.{column},
  s.value,
  s.value / nullif(p.tokens, 0)::double as share,
  case when s.{column} <> 'unattributed' then s.value / nullif(p.tokens, 0)::double end as low,
  case when s.{column} <> 'unattributed' then (s.value + p.open_question) / nullif(p.tokens, 0)::double end as high,
  case
    when s.{column} <> 'unattributed' then s.value / nullif(p.tokens - p.open_question, 0)::double
  end as share_attributed,
  s.of_largest / nullif(t.tokens, 0)::double as share_largest,
  p.hidden / nullif(p.tokens, 0)::double as share_hidden
from shown as s
join periods as p on p.period = s.period
left join totals as t on t.period = s.period
where s.place <= $rows or s.{column} = 'unattributed'
order by s.period, s.value desc, s.{column}
