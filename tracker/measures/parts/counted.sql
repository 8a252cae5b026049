-- title: The models that a definition counts
-- grain: one row per model
select
  model_key,
  {month} as month,
  publisher,
  publisher_organization,
  publisher_country,
  coalesce(relation, 'undeclared') as relation
from models
where {conditions}
