-- What is said of a model stands once and is changed in place; its numbers, which move every night, stand beside it. The
-- state before the newest night is kept as the facts that were others then. `models` and `models_before` become views.

alter table models add column if not exists live_providers bigint;
alter table models_before add column if not exists live_providers bigint;

-- one row per model: the night that saw it last, and the numbers of that night
create table model_counts as
select model_key, last_seen, downloads_30d, downloads_all_time, likes, trending_score, live_providers from models;

-- the same before the newest night; who is not in it came with that night
create table counts_before as
select model_key, last_seen, downloads_30d, downloads_all_time, likes, trending_score, live_providers from models_before;

-- one row per model: what is said of it; the texts stay where they are
alter table models drop column last_seen;
alter table models drop column downloads_30d;
alter table models drop column downloads_all_time;
alter table models drop column likes;
alter table models drop column trending_score;
alter table models drop column live_providers;
alter table models rename to model_facts;

-- one row per model of which other facts held before the newest night: those
create table facts_before as from model_facts limit 0;
create temp table all_before as from model_facts limit 0;
insert into all_before by name
select * exclude (last_seen, downloads_30d, downloads_all_time, likes, trending_score, live_providers) from models_before;
insert into facts_before from (from all_before except from model_facts);
drop table all_before;
drop table models_before;
