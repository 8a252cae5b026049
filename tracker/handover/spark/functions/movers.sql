-- one row per model of either snapshot, with both states; empty unless both days have one source and scope
create or replace temporary function movers(day_from string, day_to string)
returns table (
  model_key int, model_id string, downloads_30d_from bigint, downloads_30d_to bigint, downloads_30d_change bigint,
  downloads_between bigint, likes_from bigint, likes_to bigint, likes_change bigint
)
return
select
  p.model_key, m.model_id, p.downloads_from, p.downloads_to,
  coalesce(p.downloads_to, 0) - coalesce(p.downloads_from, 0),
  p.ever_to - p.ever_from,
  p.likes_from, p.likes_to, coalesce(p.likes_to, 0) - coalesce(p.likes_from, 0)
from (
  select
    coalesce(b.model_key, a.model_key) as model_key, a.downloads_30d as downloads_from,
    b.downloads_30d as downloads_to, a.downloads_all_time as ever_from, b.downloads_all_time as ever_to,
    a.likes as likes_from, b.likes as likes_to
  from (select * from counters where snapshot_date = to_date(day_from, 'y-M-d')) as a
  full join (select * from counters where snapshot_date = to_date(day_to, 'y-M-d')) as b on b.model_key = a.model_key
) as p
left semi join (
  select f.snapshot_date
  from nights as f
  join nights as t on t.source = f.source and t.scope = f.scope
  where f.snapshot_date = to_date(day_from, 'y-M-d') and t.snapshot_date = to_date(day_to, 'y-M-d')
) as comparable on true
left join models as m on m.model_key = p.model_key
