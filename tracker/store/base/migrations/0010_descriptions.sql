-- A night can be loaded again from the record alone, so that one can be forgotten and those after it made anew: what it
-- said beside counters is kept as a file, what asking the Hub by name has shown as rows, and the order of loading.

-- its place in the order in which runs were loaded: a run that replaces another takes over its place
alter table nights add column loaded integer;
update nights set loaded = n.place
from (select run_id, snapshot_date, source, scope, row_number() over (order by rowid) as place from nights) as n
where n.run_id = nights.run_id and n.snapshot_date = nights.snapshot_date and n.source = nights.source
  and n.scope = nights.scope;

-- the file of its descriptions; null for nights that were loaded before there were any
alter table nights add column described_file varchar;
alter table nights add column described_rows bigint;
alter table nights add column described_sha256 varchar;
alter table nights add column described_bytes bigint;

-- the last run that was loaded when this rollup was made: whose lineage it is made of; null: the night's own
alter table rollup_nights add column loaded integer;

-- one row per model: the hash of what the files of descriptions said of it last
create table described (model_key integer, said_by ubigint);

-- one row per model that a full night lacked and that the Hub was asked for by name
create table confirmations (run_id varchar, hub_id varchar, outcome varchar, "now" varchar);
insert into confirmations
select n.run_id, m.hub_id, e."after", null
from events as e
join nights as n on n.snapshot_date = e.snapshot_date and n.scope = 'full'
join models as m on m.model_key = e.model_key
where e.kind = 'removed' and e."after" in ('gone', 'disabled', 'replaced');

-- one row per published figure that was changed later
create table restatements (
  run_id varchar, figure varchar, period date, "key" varchar, "before" double, "after" double, class varchar,
  reason varchar
);
