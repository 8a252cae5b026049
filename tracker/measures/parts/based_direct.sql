-- title: What each counted model declares as its direct parents
-- grain: one row per model and declared parent; the credit of a model sums to 10^9, what is left over goes by name
select
  counted.*,
  declared.parent_id as base_id,
  declared.parent_family as family,
  declared.parent_line as line,
  declared.parent_developer as developer,
  declared.parent_country as origin_country,
  1000000000 // declared.parents + if(declared.turn <= 1000000000 % declared.parents, 1, 0) as credit,
  declared.ordinal as place,
  true as is_traced
from counted
join (
  {declared}
) as declared using (model_key)
