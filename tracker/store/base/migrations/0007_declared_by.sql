-- The hash of what a model declares of its parents; a claim is a published figure, and nothing else.

alter table models rename column claims_by to declared_by;
alter table models_before rename column claims_by to declared_by;
