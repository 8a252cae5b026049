-- title: Each counted model under every family whose name occurs in its own name or in a declared parent's
-- grain: one row per model and family, 'unreviewed' where no family is named; the weights of a model sum to 1
select
  counted.*,
  null::varchar as base_id,
  coalesce(named.family, 'unreviewed') as family,
  coalesce(named.developer, 'unreviewed') as developer,
  coalesce(named.country, 'unreviewed') as origin_country,
  1::double / count(*) over (partition by counted.model_key) as weight,
  0 as place,
  named.family is not null as is_traced
from counted
left join (
  select distinct texts.model_key, families.family, families.developer, families.country
  from (
    select model_key, model_id as text from models
    union all
    select model_key, parent_id from parents
  ) as texts
  semi join counted using (model_key)
  join families on contains(lower(texts.text), lower(families.family))
  where families.family = families.top_family
) as named using (model_key)
where {counts}
