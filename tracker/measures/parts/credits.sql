-- title: The credit of each counted model, in units of 10^9 a model
-- grain: one row per model and base
select
  based.model_key,
  based.month,
  {raw},
  {traced} as is_traced,
  based.credit
from based
{where}
