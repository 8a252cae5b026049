-- What a night writes for every model is kept narrow. A root's lineage is itself: it has no rows in `lineage` and
-- `nearest` under 'default'. A model's publisher is the first part of its name.

-- one row per model without a parent that counts; self_reference: it names itself, and that claim is dropped
create table roots (model_key integer, self_reference boolean);
insert into roots select model_key, self_reference from lineage where variant = 'default' and status = 'root';
delete from nearest where variant = 'default' and model_key in (select model_key from roots);
delete from lineage where variant = 'default' and status = 'root';

alter table models drop column publisher;
alter table models_before drop column publisher;

-- which group a model counts for is worked out anew each night
drop table credits;
drop table rollup_groups;
