-- title: The credit of each counted model, and whether it was removed since
-- grain: one row per model and base
select counted_credits.*, gone.model_key is not null as is_gone
from (
  {credits}
) as counted_credits
left join (select model_key from models where removed_at is not null) as gone
  on gone.model_key = counted_credits.model_key
