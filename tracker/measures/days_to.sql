-- title: How many days models took from their release to their first million downloads
-- grain: one row per model of the newest night that has so many
-- unit: days: from its creation to the first night that shows them; days_least: the soonest it can have been; flag: before (it is older than the first night, which showed them: nobody knows), catch-up (what a stall held back arrived then), gap (no night is there of the day before) or ok
-- coverage: models that the newest night holds and that are younger than the Hub's first date of March 2022; what was removed since, and what never got there, is not among them
-- reads: nights
-- $mark number = 1e6: downloads, all-time
-- $first day = none: models that passed them on this day or later; without it all
-- $rows whole = 100: so many models, the soonest first
with newest as (
  {newest_night}
),
reached as (
  {days_to_mark}
)
select model_id, relation, passed_on, days, days_least, flag
from reached
where $first is null or passed_on >= $first
order by days, model_id
limit $rows
