-- title: What watches found
-- grain: one row per watch, night and thing that it found
-- unit: value: as text says
-- $first day: on this night or later
-- $until night = snapshot: on this night or before
select snapshot_date, watch_id, kind, watch, point, subject, value, text
from watch_matches
where snapshot_date between $first and $until
order by snapshot_date, watch_id, point, subject, text
