-- title: What each counted model is built on, by the nearest lines on its paths
-- grain: one row per model and nearest line; the credit of a model sums to 10^9
select
  counted.*,
  null::varchar as base_id,
  nearest.family,
  nearest.line,
  nearest.developer,
  nearest.origin_country,
  nearest.credit,
  0 as place,
  true as is_traced
from counted
join {nearest} as nearest using (model_key)
where {counts}
