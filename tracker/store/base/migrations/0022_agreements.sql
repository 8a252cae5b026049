-- How far two sources agree that both cover a day: measured once, when both nights are there.

-- one row per two nights of one day, of different sources
create table agreements (
  snapshot_date date, run_id varchar, other_run_id varchar, models bigint, other_models bigint, in_both bigint,
  median_difference double, p95_difference double
);
