-- A family is the top of its lines (Qwen), a line the finest registered part of one (Qwen3); both stand in each row, and
-- a family is a line of its own name. What is stored as a number stays one, of the line.

alter table lineage rename column family to line;
alter table nearest rename column family to line;
alter table verdicts rename column family to line;
alter table stub_verdicts rename column family to line;

alter table families rename column family to line;
alter table families rename column top_family to family;
-- the two answers that are no name, so that joins lose nothing
insert into families (line, family, developer, country)
values ('unknown', 'unknown', 'unknown', 'unknown'), ('unreviewed', 'unreviewed', 'unreviewed', 'unreviewed');

-- one row per position of a line in the registry that lineage was resolved with; -1 unreviewed, -2 unknown
create table lineage_lines as
select l.family as number, l.name as line, coalesce(f.family, l.name) as family, l.developer, l.country
from lineage_families as l
left join families as f on f.line = l.name;
drop table lineage_families;

-- one row per snapshot_date and group; a line that the registry has no longer stands for itself until nights are restated
alter table daily_rollup rename to daily_rollup_before;
create table daily_rollup as
select d.snapshot_date, coalesce(f.family, d.family) as family, d.family as line, d.* exclude (snapshot_date, family)
from daily_rollup_before as d
left join families as f on f.line = d.family;
drop table daily_rollup_before;

-- one row per snapshot_date and line, with its family, developer and origin country
alter table daily_families rename to daily_families_before;
create table daily_families as
select d.snapshot_date, coalesce(f.family, d.family) as family, d.family as line, d.* exclude (snapshot_date, family)
from daily_families_before as d
left join families as f on f.line = d.family;
drop table daily_families_before;

-- the files of closed months are written anew with the next copy; generations that name the old ones keep them
delete from rollup_months;
