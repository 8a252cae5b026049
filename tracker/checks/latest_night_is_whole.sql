-- title: The latest night holds each model once, and as many as were loaded
-- row: a model that stands twice, or a night whose count is another
-- broken by: insert into record select * from record where snapshot_date = '2026-10-05' limit 1
with latest as (
  select model_key
  from counters
  where snapshot_date = (select max(snapshot_date) from nights)
)
select 'twice' as problem, model_key as number
from latest
group by model_key
having count(*) > 1
union all
select 'count' as problem, held.models as number
from (select count(*) as models from latest) as held
cross join (select arg_max(models, snapshot_date) as models from nights) as told
where held.models <> told.models
order by problem, number
