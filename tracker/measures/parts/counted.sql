-- title: The models that a definition counts
-- grain: one row per model
select
  model_key,
  model_id,
  {month} as month,
  publisher,
  publisher_organization,
  publisher_country,
  coalesce(relation, 'undeclared') as relation,
  coalesce(library_name, 'undeclared') as library_name,
  coalesce(pipeline_tag, 'undeclared') as pipeline_tag,
  coalesce(license, 'undeclared') as license,
  coalesce(license_class, 'unreviewed') as license_class,
  {size_class} as size_class
from {every_model}
where {conditions}
