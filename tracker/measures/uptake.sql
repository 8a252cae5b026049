-- title: How soon a root is built on
-- grain: one row per family and milestone, and one per milestone of all families together, whose family is null
-- unit: days after the root was created: the median of its roots, low and high its 95 % interval; roots that reached it, and how many of them are younger than a year
-- $least number = 20: roots with at least this many derivatives
-- $until day = snapshot: roots are young as seen from this day
with derived as (
  select lineage.root_key, lineage.family, lineage.relation, models.model_key, models.created_at
  from lineage
  join models using (model_key)
  where lineage.status = 'derived' and lineage.root_key is not null and models.created_at is not null
),
aged as ( -- what is older than the Hub's first date has no age; a derivative that is older than its root is of its first day
  select
    derived.root_key,
    derived.family,
    derived.relation,
    derived.model_key,
    case
      when derived.created_at < root.created_at then 0
      else (epoch(derived.created_at) - epoch(root.created_at)) / 86400
    end as days,
    case when epoch(root.created_at) > epoch($until::date::timestamp) - 365 * 86400 then 1 else 0 end as is_young
  from derived
  join models as root on root.model_key = derived.root_key
  where epoch(root.created_at) >= epoch('2022-03-03'::date::timestamp)
),
placed as (
  select
    *,
    row_number() over (partition by root_key order by days, model_key) as place,
    count(*) over (partition by root_key) as derivatives
  from aged
),
roots as (
  select
    root_key,
    max(family) as family,
    max(is_young) as is_young,
    min(days) as first,
    min(case when relation = 'quantized' then days end) as quantized,
    min(case when place >= 10 then days end) as tenth,
    min(case when place * 2 >= derivatives then days end) as half
  from placed
  where derivatives >= $least
  group by root_key
),
reached as (
  select root_key, family, is_young, 'first' as milestone, first as days from roots
  union all
  select root_key, family, is_young, 'quantized', quantized from roots
  union all
  select root_key, family, is_young, 'tenth', tenth from roots
  union all
  select root_key, family, is_young, 'half', half from roots
),
grouped as (
  select root_key, family, is_young, milestone, days from reached where days is not null
  union all
  select root_key, null, is_young, milestone, days from reached where days is not null
  union all
  select -1, null, 0, milestone, null -- so that all families together have their rows, of whatever copy
  from (select 'first' as milestone union all select 'quantized' union all select 'tenth' union all select 'half') as named
),
ordered as (
  select
    *,
    row_number() over (partition by family, milestone order by days nulls last, root_key) as place,
    count(days) over (partition by family, milestone) as roots
  from grouped
)
select
  family,
  milestone,
  avg(case when place * 2 >= roots and place * 2 <= roots + 2 then days end) as days,
  min(case when place * 2 >= roots - 1.96 * sqrt(roots) then days end) as low,
  max(case when place * 2 <= roots + 2 + 1.96 * sqrt(roots) then days end) as high,
  count(days) as roots,
  sum(is_young) as young
from ordered
group by family, milestone
order by family nulls first, milestone
