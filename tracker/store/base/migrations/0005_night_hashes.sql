-- A generation names its files in a manifest of its own: what no kept manifest names is deleted, so nothing has to be
-- remembered of what was replaced.

-- hash of the night's typed rows, a part of every copy's id; made of the rows as landed, or, for nights that were loaded
-- before there were hashes, of the record: hub_id and counters
alter table nights add column rows_sha256 varchar;
alter table nights add column hashed_of varchar;

drop table retired_files;
