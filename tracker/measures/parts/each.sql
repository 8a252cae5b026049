-- title: The credit of each model, as a merge counts once for a group under full credit
-- grain: one row per model and base
select model_key, month, {raws}, {gone}is_traced, credit
from credits
