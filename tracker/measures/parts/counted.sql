-- title: The models that a definition counts
-- grain: one row per model
select
  model_key,
  {month} as month,
  publisher,
  publisher_organization,
  publisher_country,
  coalesce(relation, 'undeclared') as relation,
  coalesce(library_name, 'undeclared') as library_name,
  coalesce(pipeline_tag, 'undeclared') as pipeline_tag
from models
where {conditions}
