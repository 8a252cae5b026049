-- what watches found, once for each thing that they found

-- one row per watch and thing; point: the day or month that it is of; hub_id: null for a family
create table watch_matches (
  match_id varchar primary key, watch_id varchar, kind varchar, watch varchar, snapshot_date date, point varchar,
  subject varchar, hub_id varchar, value double, text varchar, found_at timestamptz
);
