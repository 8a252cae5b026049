-- Sources beside the Hub's nights: what they are, the tables that they give, and the file of each run and table.

-- one row per source that the tracker has known
create table sources (
  name varchar, title varchar, url varchar, licence varchar, attribution varchar, use_rights varchar,
  cadence_hours double
);

-- one row per table that a source gives
create table source_tables (
  source varchar, table_name varchar, grain varchar, key varchar[], columns struct(name varchar, comment varchar)[]
);

-- one row per run of a source and table: the immutable file with its rows; append only
create table source_files (
  source varchar, table_name varchar, snapshot_date date, run_id varchar, file varchar, rows bigint, sha256 varchar,
  bytes bigint, raw_sha256 varchar
);
