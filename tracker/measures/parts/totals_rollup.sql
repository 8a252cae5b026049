-- title: Totals by group from the nightly rollup
-- grain: one row per night and group
select snapshot_date, {name} as name, sum({counter}) as value
from {rollup} as based
{joins}
semi join chosen_nights using (snapshot_date)
group by snapshot_date, name
