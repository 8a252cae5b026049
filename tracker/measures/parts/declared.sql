-- title: The parents that counted models declare, each once: how many a model has, and the turn of each by name
-- grain: one row per model and declared parent
select
  *,
  count(*) over (partition by model_key) as parents,
  row_number() over (
    partition by model_key order by parent_id, parent_line, parent_developer, parent_country, ordinal
  ) as turn
from (
  select
    model_key, parent_key, parent_id, parent_family, parent_line, parent_developer, parent_country, min(ordinal) as ordinal
  from parents
  semi join counted using (model_key)
  where parent_key is distinct from model_key
  group by model_key, parent_key, parent_id, parent_family, parent_line, parent_developer, parent_country
) as each_once
