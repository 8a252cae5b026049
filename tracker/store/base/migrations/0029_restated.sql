-- Whatever changes a published figure is told in restatements, with the class of what caused it.

-- the day of the copy that showed it first, and its number; 0 where an earlier version did not note it, null until then
alter table restatements add column restated_on date;
alter table restatements add column generation integer;
update restatements set restated_on = strptime(left(run_id, 8), '%Y%m%d')::date, generation = 0;

-- one row per figure as it was compared last (null: there was one, and is none), and whether a copy told of its period
create table said (figure varchar, period date, "key" varchar, value double, is_published boolean);

-- what has changed the state since then, in order
create table causes (
  place integer, class varchar, kind varchar, run_id varchar, source varchar, day date, told varchar, is_alone boolean
);

-- the nights whose figures may be other than said; null: all of them
create table touched_nights (snapshot_date date);
insert into touched_nights values (null);

-- the first days of months whose settled downloads may be
create table touched_days (label date);

-- one row per copy, month and family of which it said another number of derivatives than the copy before
create table derivatives_vintages (said_on date, generation integer, month date, family varchar, derivatives double);

drop table if exists figures_before;
