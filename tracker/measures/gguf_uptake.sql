-- title: How soon roots are quantized to GGUF, by family
-- grain: one row per family, and one of all families together, whose family is null
-- unit: days: from a root's creation to its first GGUF, the median of the roots that have one, low and high its 95 % interval; with_gguf: these, roots: all; within_day to within_quarter: part of the roots of at least 1, 7, 30 and 90 days that had one by then, 0 to 1, null of too few
-- denominator: all roots with derivatives enough that are at least so old
-- coverage: a GGUF is a model that is declared as quantized and says gguf in its library or name (of those with the tag gguf among the most downloaded of 2024, 3 % say it nowhere else), at any step below the root; roots that have none yet are in the parts, not in the median; roots from before the Hub's first date of March 2022 are left out
-- $least whole = 20: roots with at least this many derivatives
-- $thin whole = 20: of fewer roots there is no median and no part
-- $until day = snapshot: models created up to this day
with reached as (
  {gguf_of_roots}
),
grouped as (
  select null::varchar as family, root_key, days, age
  from reached
  union all
  select family, root_key, days, age
  from reached
),
ordered as (
  select
    *,
    row_number() over (partition by family order by days nulls last, root_key) as place,
    count(days) over (partition by family) as with_gguf
  from grouped
)
select
  family,
  case when max(with_gguf) >= $thin then avg(case when place * 2 >= with_gguf and place * 2 <= with_gguf + 2 then days end) end
    as days,
  case when max(with_gguf) >= $thin then min(case when place * 2 >= with_gguf - 1.96 * sqrt(with_gguf) then days end) end
    as low,
  case
    when max(with_gguf) >= $thin then max(case when place * 2 <= with_gguf + 2 + 1.96 * sqrt(with_gguf) then days end)
  end as high,
  count(days) as with_gguf,
  count(*) as roots,
  case
    when count(case when age >= 1 then 1 end) >= $thin
    then count(case when age >= 1 and days < 1 then 1 end) / nullif(count(case when age >= 1 then 1 end), 0)::double
  end as within_day,
  case
    when count(case when age >= 7 then 1 end) >= $thin
    then count(case when age >= 7 and days < 7 then 1 end) / nullif(count(case when age >= 7 then 1 end), 0)::double
  end as within_week,
  case
    when count(case when age >= 30 then 1 end) >= $thin
    then count(case when age >= 30 and days < 30 then 1 end) / nullif(count(case when age >= 30 then 1 end), 0)::double
  end as within_month,
  case
    when count(case when age >= 90 then 1 end) >= $thin
    then count(case when age >= 90 and days < 90 then 1 end) / nullif(count(case when age >= 90 then 1 end), 0)::double
  end as within_quarter
from ordered
group by family
order by case when family is null then 0 else 1 end, roots desc, family
