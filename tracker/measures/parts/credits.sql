-- title: The credit of each counted model
-- grain: one row per model and base, one per model under first credit
select
  based.model_key,
  based.month,
  {raw} as raw,
  {traced} as is_traced,
  ({weight})::decimal(18, 12) as weight -- exact: a sum of floats depends on the order of threads
from based
{where}
