-- title: Models of a publisher that nights have shown for the first time
-- grain: one row per model; one that came to the publisher by a rename is not new
-- unit: downloads_30d: of the newest night
-- $publisher text: the namespace; case does not matter
-- $after day: first seen after this day
select model_id, hub_id, first_seen, created_at, downloads_30d
from models
where lower(publisher) = lower($publisher) and first_seen > $after
order by first_seen, model_id, hub_id
