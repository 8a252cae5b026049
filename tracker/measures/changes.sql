-- title: What changed between two nights
-- grain: one row per change and model, the most downloaded of each kind first; movers by the size of the move
-- unit: before and after as text; for change 'moved' they are downloads of the 30 days before each night
-- ask: tracker diff DATE DATE
with events_between as (
  select
    events.kind as change,
    events.model_id,
    events.before,
    events.after,
    events.snapshot_date,
    coalesce(models.downloads_30d, 0) as size
  from events
  left join models using (model_key)
  where events.snapshot_date > $first and events.snapshot_date <= $until
),
moves as (
  select
    'moved' as change,
    model_id,
    downloads_30d_from::varchar as before,
    downloads_30d_to::varchar as after,
    $until::date as snapshot_date,
    abs(downloads_30d_change) as size
  from movers($first, $until)
  where downloads_30d_from is not null and downloads_30d_to is not null and downloads_30d_change <> 0
),
ranked as (
  select *, count(*) over (partition by change) as changes,
    row_number() over (partition by change order by size desc, model_id, snapshot_date, before, after) as place
  from (select * from events_between union all select * from moves)
)
select change, changes, model_id, before, after
from ranked
where place <= $rows
order by change, place
