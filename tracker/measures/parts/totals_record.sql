-- title: Totals by model or publisher from the record
-- grain: one row per night and group
select counters.snapshot_date, {name} as name, sum(counters.{counter}) as value
from counters
join models as based using (model_key)
semi join chosen_nights using (snapshot_date)
where {wanted}
group by counters.snapshot_date, name
