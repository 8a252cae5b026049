-- What a copy says of models stands in immutable parts that generations share: a night writes the models that it changed.

-- one row per part that the next copy shows: of each table a whole one, part 0, and behind it what changed since
create table parts (table_name varchar, part integer, file varchar, rows bigint, sha256 varchar, bytes bigint);

-- models whose rows may be other than in the newest parts; is_named: so may rows of others that name them. A row without
-- a model means all of them, model 0 the edges of names that no snapshot has seen
create table touched (model_key integer, is_named boolean);
insert into touched values (null, true);

-- a month that has ended is one file or many, `parts` in all; it is shown when they are all there
alter table months add column parts integer default 1;

-- a copy carries all of daily_families itself; generations that name files of it keep them
delete from rollup_months where rollup = 'daily_families';
