"""What happened around a night that figures of the time should be read with: facts, labelled and never taken out.

Bulk uploads: one account puts thousands of models on the Hub within days (7,020 of one account are known, and 1,000 in
a week is more than any team makes by hand). Mass deletions: a night loses many times what nights usually lose (601 data
sets in a day, 19,649 models in a week of 2025). Both move shares of new derivatives; neither is an error.
"""

from __future__ import annotations

from tracker.store.base import data_folder
from tracker.words import BULK_UPLOAD, MASS_DELETION

WEEK_OF_MODELS = 1_000  # new models of one account within seven days
DAY_SHARE = 0.05  # or this part of all models of a day ...
DAY_MODELS = 100  # ... and so many of them: of a quiet day, or of a part of the Hub, a share says nothing
TIMES_USUAL = 5  # a night that lost so many times the median of the nights before ...
LEAST_LOST = 50  # ... and so many models: a median of none or two is easily passed
NIGHTS_BEFORE = 30
LEAST_NIGHTS = 5  # of these, before anything is usual
OPEN_DAYS = 7  # uploads of one account that are no more than so many days apart are one

# the Hub dates everything older than it was to one second, and says nothing of who came when
_FIRST_DAY = "date '2022-03-03'"

BURSTS = f"""
with large as (
  select publisher from fresh.models where publisher <> '' group by publisher having count(*) >= {DAY_MODELS}
),
every_day as (
  select created_at::date as day, count(*) as models from fresh.models where created_at >= {_FIRST_DAY} group by day
),
days as (
  select m.publisher, m.created_at::date as day, count(*) as models
  from fresh.models as m
  semi join large on large.publisher = m.publisher
  where m.created_at >= {_FIRST_DAY}
  group by all
),
weeks as (
  select
    d.publisher, d.day, d.models, d.models / e.models as share,
    sum(d.models) over (
      partition by d.publisher order by d.day range between interval 6 days preceding and current row
    ) as week
  from days as d
  join every_day as e on e.day = d.day
),
flagged as (
  select publisher, day, models, share, week
  from (
    select *, max(week) over (
      partition by publisher order by day range between current row and interval 6 days following
    ) as week_around
    from weeks
  )
  where week_around >= {WEEK_OF_MODELS} or (share >= {DAY_SHARE} and models >= {DAY_MODELS})
),
begun as (
  select *, coalesce(day - lag(day) over (partition by publisher order by day) > {OPEN_DAYS}, true) as begins
  from flagged
),
numbered as (
  select *, sum(begins::integer) over (partition by publisher order by day) as burst from begun
)
select
  '{BULK_UPLOAD}' as label, min(day) as first_day, max(day) as last_day, publisher, sum(models)::bigint as models,
  null::double as usual, max(share) as share,
  format(
    '{{}} uploaded {{:,}} models from {{}} to {{}}, at most {{}} % of the new models of a day',
    publisher, sum(models)::bigint, min(day), max(day), floor(100 * max(share) + 0.5)::integer
  ) as remark
from numbered
group by publisher, burst
"""

# a night that was partial loses many that are back on the next: they were never gone
DELETIONS = f"""
with gone as (
  select e.snapshot_date, f.publisher
  from events as e
  join fresh.models as f on f.model_key = e.model_key and f.removed_at = e.snapshot_date
  where e.kind = 'removed'
),
nights_of_all as (
  select n.snapshot_date, count(e.publisher) as lost
  from nights as n
  left join gone as e on e.snapshot_date = n.snapshot_date
  where n.scope = 'full' and n.source = '{data_folder.OWN_SOURCE}' -- archives bring no events
  group by n.snapshot_date
),
rates as (
  select
    snapshot_date, lost, lag(snapshot_date) over (order by snapshot_date) as before,
    lost / greatest(1, snapshot_date - before) as rate
  from nights_of_all
),
judged as (
  select
    *,
    median(rate) over (order by snapshot_date rows between {NIGHTS_BEFORE} preceding and 1 preceding) as usual,
    count(before) over (order by snapshot_date rows between {NIGHTS_BEFORE} preceding and 1 preceding) as known
  from rates
  where before is not null
),
most as (
  select snapshot_date, publisher, count(*) as models
  from gone
  group by snapshot_date, publisher
  qualify row_number() over (partition by snapshot_date order by models desc, publisher) = 1
)
select
  '{MASS_DELETION}' as label, j.before + 1 as first_day, j.snapshot_date as last_day, null::varchar as publisher,
  j.lost as models, j.usual, null::double as share,
  format(
    '{{:,}} models were gone, usual are {{}} a night; most were of {{}}: {{:,}}',
    j.lost, floor(j.usual + 0.5)::integer, most.publisher, most.models
  ) as remark
from judged as j
join most on most.snapshot_date = j.snapshot_date
where j.known >= {LEAST_NIGHTS} and j.lost >= {LEAST_LOST} and j.rate >= {TIMES_USUAL} * j.usual
"""

NIGHT_LABELS = f"""
select * from ({BURSTS})
union all
select * from ({DELETIONS})
order by first_day, label, publisher
"""

# the night on which a label is seen: of an upload the first after its first week, or after its end
REMARKS = f"""
select n.snapshot_date, n.source, n.scope, replace(l.label, ' ', '_') as gate, l.remark, false as forced
from fresh.night_labels as l
join nights as n
  on n.snapshot_date = (
    select min(snapshot_date) from nights
    where is_preferred
      and snapshot_date >= if(l.label = '{BULK_UPLOAD}', least(l.last_day, l.first_day + 6), l.last_day)
  )
  and n.is_preferred
where n.snapshot_date <= l.last_day + {OPEN_DAYS}
"""
