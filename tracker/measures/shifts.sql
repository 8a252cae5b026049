-- title: How shares of new derivatives shifted between two windows of days
-- grain: one row per family, the largest change first
-- unit: before and after in models; shares, their bounds, change and the half-width of its 95 % interval (chance) in parts of 1; n in whole models
-- $until night = snapshot: the last day of the later window
-- $days whole = 28: days of a window; the earlier one ends where the later one begins
with dated as (
  select
    lineage.model_key,
    lineage.family,
    lineage.credit,
    lineage.status not in ('dangling', 'outside') and lineage.family not in ('unknown', 'unreviewed') as is_firm,
    epoch(models.created_at) >= epoch(($until::date + 1 - $days)::timestamp) as is_after
  from lineage
  join models using (model_key)
  where lineage.status <> 'root'
    and epoch(models.created_at) < epoch(($until::date + 1)::timestamp)
    and epoch(models.created_at) >= epoch(($until::date + 1 - 2 * $days)::timestamp)
),
sizes as (
  select
    count(distinct case when not is_after then model_key end) as n_before,
    count(distinct case when is_after then model_key end) as n_after,
    coalesce(sum(case when not is_after and not is_firm then credit end), 0) as loose_before,
    coalesce(sum(case when is_after and not is_firm then credit end), 0) as loose_after
  from dated
),
grouped as (
  select
    family,
    coalesce(sum(case when not is_after then credit end), 0) as before,
    coalesce(sum(case when is_after then credit end), 0) as after,
    coalesce(sum(case when not is_after and is_firm then credit end), 0) as firm_before,
    coalesce(sum(case when is_after and is_firm then credit end), 0) as firm_after
  from dated
  group by family
),
shares as (
  select
    family,
    (before::decimal(28, 0) * 0.000000001)::double as before,
    (after::decimal(28, 0) * 0.000000001)::double as after,
    before / nullif(n_before * 1000000000, 0)::double as share_before,
    firm_before / nullif(n_before * 1000000000, 0)::double as low_before,
    (firm_before + loose_before) / nullif(n_before * 1000000000, 0)::double as high_before,
    after / nullif(n_after * 1000000000, 0)::double as share_after,
    firm_after / nullif(n_after * 1000000000, 0)::double as low_after,
    (firm_after + loose_after) / nullif(n_after * 1000000000, 0)::double as high_after,
    n_before,
    n_after
  from grouped
  cross join sizes
)
select
  family,
  before,
  after,
  share_before,
  low_before,
  high_before,
  share_after,
  low_after,
  high_after,
  share_after - share_before as change,
  1.96 * sqrt(
    share_before * (1 - share_before) / nullif(n_before, 0) + share_after * (1 - share_after) / nullif(n_after, 0)
  ) as chance,
  n_before,
  n_after
from shares
order by case when family in ('unknown', 'unreviewed') then 1 else 0 end, change desc nulls last, family
