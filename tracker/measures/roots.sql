-- title: The roots of a model
-- grain: one row per root
-- unit: weight: part of the model's credit that goes to the root
-- ask: tracker lineage MODEL
select root_id, family, developer, origin_country, weight, depth, status, evidence, why
from lineage_of($variant)
where model_key = $model_key
order by weight desc, depth, root_id
