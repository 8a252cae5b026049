"""A night's values: each model's step from its last honest reading, and what of it is a value and what is left out."""

from __future__ import annotations

from tracker.flow.thresholds import BURST, BURST_DOWNLOADS, HELD_DAYS, WINDOW_DAYS

# a model that is first seen within so many days of its creation began from nothing
YOUNG_DAYS = 30
# 30-day counters have shown 0.91 to 0.98 of what all-time counters gained since July 2025: a day cannot bring more than
# the whole window but for counts of days before, as when a library's rule was applied to the past
RETROACTIVE = 1.25
RETROACTIVE_LEAST = 10
# a rule of a library counts the past of all its models on one night; of those younger than the window that alone tells,
# for their window counts as much. A week's stall that is caught up in a night brings less than this of a month
LEAP = 1.5
LEAP_DAYS = 7  # a model that is younger has too few days to leap over
LEAPS = 5  # models of a library, and half of those that are downloaded

# one row per model of either night. `base` is its last honest reading: the one it is held at, else the night before's
PASS = f"""
create or replace temp table flow_pass as
select
  *,
  case
    when downloads is null then if(base is null, null, 'missing')
    when base is null then if(was_there, 'begun', 'new')
    when downloads < base then if(why = 'fall' and {{day}} - held_from >= {HELD_DAYS}, 'rebased', 'fall')
    when why = 'fall' then 'recovery'
    else 'increase'
  end as step
from (
  select
    coalesce(n.model_key, b.model_key) as model_key,
    o.cohort, o.created_on, o.publisher_country, o.publisher, o.library,
    n.model_key is not null as is_there,
    b.model_key is not null as was_there,
    n.downloads_all_time as downloads,
    n.downloads_30d as window_30d,
    b.downloads_all_time as downloads_before,
    b.downloads_30d as window_before,
    h.why,
    h.held_from,
    coalesce(h.downloads_all_time, b.downloads_all_time) as base,
    ({{day}} - coalesce(h.since, {{before}}))::integer as days
  from {{night}} as n
  full join {{night_before}} as b on b.model_key = n.model_key
  left join (select * from flow_held where source = {{source}} and scope = {{scope}} and held_until is null) as h
    on h.model_key = coalesce(n.model_key, b.model_key)
  left join flow_of_models as o on o.model_key = coalesce(n.model_key, b.model_key)
)
"""

# who has a name or had it once
BEARERS = """
create or replace temp table flow_bearers as
select model_key, lower(model_id) as name from models
union all
select model_key, lower(model_id) from former_names
"""

# whose name was another model's and whose counter begins no lower than that one's ended: it was carried on
CARRIED = f"""
create or replace temp table flow_carried as
with fresh as (
  select p.model_key, p.downloads, lower(m.model_id) as name
  from flow_pass as p
  join models as m on m.model_key = p.model_key
  where p.step = 'new' and p.downloads > 0 and p.created_on >= {{day}} - {YOUNG_DAYS}
),
others as (
  select f.model_key, f.downloads, b.model_key as former
  from fresh as f
  join flow_bearers as b on b.name = f.name and b.model_key <> f.model_key
)
select distinct o.model_key
from others as o
left join flow_held as h
  on h.model_key = o.former and h.source = {{source}} and h.scope = {{scope}} and h.held_until is null
left join flow_pass as p on p.model_key = o.former
where o.downloads >= coalesce(h.downloads_all_time, p.base) and coalesce(h.downloads_all_time, p.base) > 0
"""

# one row per model with a value or a flag
VALUES = f"""
create or replace temp table flow_values as
with told as (
  select
    *, downloads - base as increase,
    step = 'new' and created_on >= {{day}} - {YOUNG_DAYS} and model_key not in (from flow_carried) as is_young,
    created_on < {{day}} - {WINDOW_DAYS} as is_known,
    step = 'increase' and increase >= {RETROACTIVE_LEAST} and days <= {LEAP_DAYS} and increase > {LEAP} * window_before
      as leaps
  from flow_pass
  where step in ('new', 'begun', 'fall', 'rebased', 'recovery') or (step = 'increase' and downloads > base)
),
recounted as (
  select library
  from told
  where library is not null and step = 'increase' and base >= {RETROACTIVE_LEAST}
    and created_on < {{day}} - {LEAP_DAYS}
  group by library
  having count(*) filter (leaps) >= greatest({LEAPS}, count(*) / 2)
),
flagged as (
  select
    *,
    case
      when step in ('new', 'begun') then 'new'
      when step in ('fall', 'rebased') then 'fall'
      when step = 'recovery' then 'recovery'
      when is_known and increase >= {RETROACTIVE_LEAST} and days <= {WINDOW_DAYS}
        and increase > {RETROACTIVE} * window_30d then 'retroactive'
      when leaps and library in (from recounted) then 'retroactive'
      when is_known and increase >= {BURST_DOWNLOADS}
        and increase >= {BURST} * days * window_before::double / {WINDOW_DAYS} then 'spike'
      when days > 1 then 'gap'
      else 'ok'
    end as flag
  from told
)
select
  model_key, cohort, publisher_country, publisher, flag,
  case
    when is_young then greatest(1, {{day}} - created_on)::integer
    when step in ('new', 'begun') then 1
    else days
  end as days,
  case
    when is_young then downloads
    when step in ('increase', 'recovery') and flag <> 'retroactive' then increase
  end as downloads,
  case
    when is_young then 0
    when step in ('new', 'begun') then downloads
    when step = 'rebased' or flag = 'retroactive' then increase
    else 0
  end as left_out
from flagged
"""
