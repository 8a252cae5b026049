-- title: Where new derivatives are published, and where the models that they build on are from, month by month
-- grain: one row per month of creation, publisher country and origin country
-- unit: derivatives: models by lineage weight; share: part of the derivatives of that month and publisher country, low and high what the untraced part of them allows, 0 to 1; n: their models; flag: thin (too few models for a share), running (the month is not over) or ok
-- denominator: each publisher country's new derivatives
-- coverage: publishers and origins without a reviewed country have rows of their own, 'unknown' and 'unreviewed'; bounds are given for the whole Hub alone
-- $first month = none: created in this month or later; without it all
-- $until day = snapshot: created up to this day
-- $thin whole = 100: rows of fewer models have no share
with counted as (
  select
    lineage.model_key,
    lineage.created_month as month,
    models.publisher_country,
    lineage.origin_country,
    case
      when lineage.status not in ('dangling', 'outside') and lineage.origin_country not in ('unknown', 'unreviewed')
      then lineage.credit
      else 0
    end as firm,
    lineage.credit
  from lineage
  join models on models.model_key = lineage.model_key
  where lineage.status <> 'root'
    and ($first is null or lineage.created_month >= $first)
    and epoch(models.created_at) < epoch(($until::date + 1)::timestamp)
),
grouped as (
  select month, publisher_country, origin_country, sum(credit) as credit, sum(firm) as firm
  from counted
  group by month, publisher_country, origin_country
),
totals as (
  select month, publisher_country, sum(credit) as credit, sum(credit - firm) as loose, count(distinct model_key) as n
  from counted
  group by month, publisher_country
),
judged as (
  select
    grouped.*,
    totals.credit as total,
    totals.loose,
    totals.n,
    totals.n >= $thin as has_share,
    totals.n >= $thin and newest.scope = 'full' and grouped.origin_country not in ('unknown', 'unreviewed')
      as has_bounds,
    case when grouped.month = date_trunc('month', newest.snapshot_date + 1)::date then 'running' else 'ok' end as flag
  from grouped
  join totals on totals.month = grouped.month and totals.publisher_country = grouped.publisher_country
  cross join ({newest_night}) as newest
)
select
  strftime(month, '%Y-%m') as month,
  publisher_country,
  origin_country,
  (credit::decimal(28, 0) * 0.000000001)::double as derivatives,
  case when has_share then credit / nullif(total, 0)::double end as share,
  case when has_bounds then firm / nullif(total, 0)::double end as low,
  case when has_bounds then (firm + loose) / nullif(total, 0)::double end as high,
  n,
  case when has_share then flag else 'thin' end as flag
from judged
order by month, publisher_country, derivatives desc, origin_country
