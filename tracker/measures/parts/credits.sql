-- title: The credit of each counted model
-- grain: one row per model and base, one per model under first credit
select
  based.model_key,
  based.month,
  {raw} as raw,
  {traced} as is_traced,
  {weight} as weight
from based
{where}
