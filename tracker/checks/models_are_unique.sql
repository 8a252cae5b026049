-- title: A model stands once: one key, and one live repository of a name
-- row: a key or a name that stands several times
-- broken by: update models set model_id = 'carol/tune' where model_id = 'judy/new'
select 'key' as problem, model_key::varchar as name, count(*) as times
from models
group by model_key
having count(*) > 1
union all
select 'name' as problem, model_id as name, count(*) as times
from models
where removed_at is null
group by model_id
having count(*) > 1
order by problem, name
