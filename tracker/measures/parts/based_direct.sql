-- title: What each counted model declares as its direct parents
-- grain: one row per model and declared parent; the weights of a model sum to 1
select
  counted.*,
  declared.parent_id as base_id,
  declared.parent_family as family,
  declared.parent_developer as developer,
  declared.parent_country as origin_country,
  1::double / count(*) over (partition by counted.model_key) as weight,
  declared.ordinal as place,
  true as is_traced
from counted
join (
  select model_key, parent_id, parent_family, parent_developer, parent_country, min(ordinal) as ordinal
  from parents
  semi join counted using (model_key)
  where parent_key is distinct from model_key
  group by all
) as declared using (model_key)
