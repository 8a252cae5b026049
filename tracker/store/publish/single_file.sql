-- What an exported single file holds in the place of the record's Parquet files.

create table record_rows ( -- one row per snapshot_date and model: the record, inside this file
  snapshot_date date, -- UTC day
  model_key integer, -- the model
  source varchar, -- source preferred for the day
  scope varchar, -- full, top:N or publisher:NAME
  downloads_30d bigint, -- downloads of the 30 days before
  downloads_all_time bigint, -- downloads since upload; can fall
  likes bigint -- likes
);
