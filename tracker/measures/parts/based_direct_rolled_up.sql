-- title: What each counted model declares as its direct parents, a mirror taken for what it carries
-- grain: one row per model, declared parent and root of a mirror; the weights of a model sum to 1
select
  counted.*,
  coalesce(carried.root_id, declared.parent_id) as base_id,
  coalesce(carried.family, declared.parent_family) as family,
  coalesce(carried.developer, declared.parent_developer) as developer,
  coalesce(carried.origin_country, declared.parent_country) as origin_country,
  coalesce(carried.weight, 1) / declared.parents as weight,
  declared.ordinal as place,
  true as is_traced
from counted
join (
  select *, count(*) over (partition by model_key) as parents
  from (
    select model_key, parent_key, parent_id, parent_family, parent_developer, parent_country, min(ordinal) as ordinal
    from parents
    semi join counted using (model_key)
    where parent_key is distinct from model_key
    group by all
  )
) as declared using (model_key)
left join (
  select lineage.*
  from lineage
  semi join (select model_key from models where is_mirror) as mirrors using (model_key)
) as carried on carried.model_key = declared.parent_key
