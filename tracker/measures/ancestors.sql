-- title: Every edge on the ways from a model up to its roots
-- grain: one row per model and parent
-- unit: weight: part of the model's credit that goes to the parent
-- ask: tracker lineage MODEL
with recursive {reach}
select distinct step.model_id, step.parent_id, step.relation, step.evidence, step.weight
from step
order by step.model_id, step.parent_id, step.relation, step.evidence, step.weight
