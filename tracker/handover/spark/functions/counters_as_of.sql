-- models_as_of without names: integers only, the fast way to count
create or replace temporary function counters_as_of(day string)
returns table (
  snapshot_date date, model_key int, source string, scope string, downloads_30d bigint, downloads_all_time bigint,
  likes bigint
)
return
select c.snapshot_date, c.model_key, c.source, c.scope, c.downloads_30d, c.downloads_all_time, c.likes
from counters as c
join (select max(snapshot_date) as night from nights where snapshot_date <= to_date(day, 'y-M-d')) as n
  on n.night = c.snapshot_date
