-- title: How many models carry one of some licences
-- grain: one row
-- unit: value: part of the models that declare a licence
-- $licenses text = apache-2.0,mit: licences as models declare them, separated by commas
-- $until day = snapshot: of the models that were there on this day
select
  count(*) filter (where list_contains(string_split($licenses, ','), license)) / nullif(count(*), 0)::double as value
from models
where license is not null
  and (created_at is null or epoch(created_at) < epoch(($until::date + 1)::timestamp))
  and (removed_at is null or removed_at > $until)
order by value
