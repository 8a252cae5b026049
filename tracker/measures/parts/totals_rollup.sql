-- title: Totals by group from the nightly rollup
-- grain: one row per night and group
select snapshot_date, {name} as name, sum(credit)::decimal(28, 0) * {unit} as value
from (
  select snapshot_date, {raw} as raw, sum({counter}_credit) as credit
  from {rollup} as based
  semi join chosen_nights using (snapshot_date)
  group by snapshot_date, raw
) as summed
{join}
group by snapshot_date, name
