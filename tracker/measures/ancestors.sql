-- title: Every edge on the ways from a model up to its roots
-- grain: one row per model and parent
-- unit: weight: part of the model's credit that goes to the parent
-- ask: tracker lineage MODEL
with recursive ladder as (
  {ladder}
),
step as not materialized ( -- it is asked for twice, and few of its rows
  {steps}
),
asked as (
  {asked}
),
walk as (
  {walk}
)
select distinct step.model_id, step.parent_id, step.relation, step.evidence, step.weight
from walk
join step on step.model_key = walk.parent_key and step.model_stub = walk.parent_stub
order by step.model_id, step.parent_id, step.relation, step.evidence, step.weight
