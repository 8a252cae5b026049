-- one row per model of the newest snapshot not later than the day
create or replace temporary function models_as_of(day string)
returns table (
  snapshot_date date, model_key int, model_id string, publisher string, publisher_country string, created_at timestamp,
  pipeline_tag string, library_name string, source string, scope string, downloads_30d bigint,
  downloads_all_time bigint, likes bigint
)
return
select
  c.snapshot_date, c.model_key, m.model_id, m.publisher, m.publisher_country, m.created_at, m.pipeline_tag,
  m.library_name, c.source, c.scope, c.downloads_30d, c.downloads_all_time, c.likes
from counters as c
join (select max(snapshot_date) as night from nights where snapshot_date <= to_date(day, 'y-M-d')) as n
  on n.night = c.snapshot_date
left join models as m on m.model_key = c.model_key
