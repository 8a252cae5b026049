-- one row per snapshot_date of one model, named by its present or a former name
create or replace temporary function model_history(model string)
returns table (
  snapshot_date date, model_key int, model_id string, source string, scope string, downloads_30d bigint,
  downloads_all_time bigint, likes bigint
)
return
with named as (
  select x.model_key, case when x.removed_at is null then 2 else 1 end as certainty, date '1970-01-01' as until, x.hub_id
  from models as x
  where x.model_id = model
  union all
  select f.model_key, 0, f.until, y.hub_id
  from former_names as f
  join models as y on y.model_key = f.model_key
  where f.model_id = model
),
chosen as (
  select max_by(model_key, struct(certainty, until, hub_id)) as model_key from named
)
select h.snapshot_date, h.model_key, m.model_id, h.source, h.scope, h.downloads_30d, h.downloads_all_time, h.likes
from history as h
join chosen as c on c.model_key = h.model_key
join models as m on m.model_key = c.model_key
order by h.snapshot_date
