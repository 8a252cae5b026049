-- title: Each counted model under the family and line of its own name, whatever it is built on
-- grain: one row per model
select
  counted.*,
  models.model_id as base_id,
  models.own_family as family,
  models.own_line as line,
  models.developer,
  models.origin_country,
  1000000000 as credit,
  0 as place,
  true as is_traced
from counted
join models using (model_key)
