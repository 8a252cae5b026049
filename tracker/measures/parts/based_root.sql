-- title: What each counted model is built on, by its roots
-- grain: one row per model and root; the credit of a model sums to 10^9
select
  counted.*,
  lineage.root_id as base_id,
  lineage.family,
  lineage.line,
  lineage.developer,
  lineage.origin_country,
  lineage.credit,
  {place} as place,
  lineage.status not in ('dangling', 'outside') as is_traced
from counted
join {lineage} as lineage using (model_key)
{first_parent}
where {counts}
