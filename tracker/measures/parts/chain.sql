-- title: The credit of every counted model
-- grain: one row per model and base; under full credit one per model and group
with counted as (
  {counted}
),
based as (
  {based}
),
summed as (
  {credits}
),
credited as (
  {credited}
)
select {once}
from credited
