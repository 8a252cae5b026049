-- Nights of public archives: they hold names, days of creation and counters. What they show and no night of the Hub has
-- is a model of its own, described by the newest archived night that shows it.

-- one row per model that archived nights alone have shown: the newest of them, and whether it has described the model
create table backfilled_models (
  model_key integer, source varchar, snapshot_date date, run_id varchar, is_described boolean
);
