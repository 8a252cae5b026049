-- title: Who gets the credit for each counted model
-- grain: one row per model and base
select
  based.model_key,
  based.month,
  {name} as name,
  {weight} as weight,
  {traced} and {name} not in ('unknown', 'unreviewed') as is_firm
from based
{joins}
{where}
