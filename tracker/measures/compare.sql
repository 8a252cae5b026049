-- title: One month under every definition
-- grain: one row per group
-- unit: share from 0 to 1, one column per definition; spread: the largest less the smallest
-- ask: tracker share --compare definitions
with answers as (
  {answers}
)
select
  name as {by},
  {shares},
  max(share) - min(share) as spread
from answers
{shown}
group by name
order by name in ('unknown', 'unreviewed'), {first} desc nulls last, name
