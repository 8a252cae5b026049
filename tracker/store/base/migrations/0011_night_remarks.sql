-- what gates remarked of nights that were loaded all the same

-- one row per run and gate that did not pass it; forced: it would have refused the night
create table night_remarks (run_id varchar, gate varchar, remark varchar, forced boolean);
