-- title: The credit of each counted model, all of it for one base
-- grain: one row per model: the base that stands first, then that with most credit, then by name
select model_key, month, {raws}, is_traced, 1000000000 as credit
from (
  select
    based.model_key,
    based.month,
    {raw},
    {traced} as is_traced,
    {marked_within}
    row_number() over (
      partition by based.model_key
      order by based.place, based.credit desc, based.base_id, based.line -- a nearest line has no base_id
    ) as turn
  from based
  {where}
) as ranked
where turn = 1
  {kept_within}
