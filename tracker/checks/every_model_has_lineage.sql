-- title: Every model has a lineage, and every lineage a model
-- row: a model without one, or a lineage without a model
-- broken by: update models set is_root = false where model_id = 'judy/new'
select 'no lineage' as problem, models.model_key, models.model_id
from models
anti join lineage using (model_key)
union all
select 'no model' as problem, lineage.model_key, lineage.model_id
from lineage
anti join models using (model_key)
order by problem, model_key
