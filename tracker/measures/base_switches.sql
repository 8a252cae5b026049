-- title: Which family publishers built on before, and which they build on now
-- grain: one row per month, family before and family now; the same twice: they stayed
-- unit: publishers: of whom more than half of a month's new derivatives are of one family, by lineage weight, by the month before in which that was so; share: part of all those who came from that family, 0 to 1; n: these, active: publishers with derivatives enough in the month; flag: thin (too few publishers for a share), running (the month is not over) or ok
-- denominator: all publishers that built on the first family before and on any family now
-- coverage: compared of active publishers have a base in the month and in one of the twelve before; without one are those that spread over families, or build on what is not reviewed
-- $first month = none: months from this one on; without it all
-- $until day = snapshot: derivatives created up to this day
-- $least number = 3: publishers with at least this many new derivatives in a month
-- $thin whole = 100: rows of families with fewer publishers before have no share
with built as (
  select models.publisher, lineage.created_month as month, lineage.family, sum(lineage.credit) as credit
  from lineage
  join models on models.model_key = lineage.model_key
  where lineage.status <> 'root'
    and models.publisher <> '' -- names without one are nobody's
    and lineage.created_month is not null
    and epoch(models.created_at) < epoch(($until::date + 1)::timestamp)
  group by models.publisher, lineage.created_month, lineage.family
),
summed as (
  select *, sum(credit) over (partition by publisher, month) as total
  from built
),
activity as (
  select month, count(distinct publisher) as active
  from summed
  where total >= 1e9 * $least
  group by month
),
based as ( -- no more than one family has more than half
  select
    publisher,
    month,
    family,
    lag(family) over (partition by publisher order by month) as family_before,
    lag(month) over (partition by publisher order by month) as month_before
  from summed
  where total >= 1e9 * $least and 2 * credit > total and family not in ('unknown', 'unreviewed')
),
moved as (
  select month, family_before, family, count(*) as publishers
  from based
  where date_diff('month', month_before, month) <= 12
  group by month, family_before, family
),
judged as (
  select
    *,
    sum(publishers) over (partition by month, family_before)::bigint as n,
    sum(publishers) over (partition by month)::bigint as compared
  from moved
)
select
  strftime(judged.month, '%Y-%m') as month,
  judged.family_before,
  judged.family,
  judged.publishers,
  case when judged.n >= $thin then judged.publishers / nullif(judged.n, 0)::double end as share,
  judged.n,
  judged.compared,
  activity.active,
  case
    when judged.n < $thin then 'thin'
    when judged.month = date_trunc('month', newest.snapshot_date + 1)::date then 'running'
    else 'ok'
  end as flag
from judged
join activity on activity.month = judged.month
cross join ({newest_night}) as newest
where $first is null or judged.month >= $first
order by month, judged.family_before, judged.publishers desc, judged.family
