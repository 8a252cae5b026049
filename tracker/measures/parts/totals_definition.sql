-- title: Totals by group from the record, each model's credit by a definition
-- grain: one row per night and group
select snapshot_date, {names}, sum({weighed})::decimal(28, 0) * {unit} as value
from counters
join (
  {chain}
) as credited using (model_key)
semi join chosen_nights using (snapshot_date)
group by snapshot_date, {names}
