-- When downloads were counted otherwise, by the registry, and how well each night was walked. Nights that were loaded
-- before tell nothing of their walk: its pages are gone, or were never looked at.

create table counting_rules (
  number integer, changed_on date, library varchar, kind varchar, files varchar, change varchar,
  source_url varchar, verified varchar, reviewed_on date, notes varchar
);
create table night_quality (
  run_id varchar, clock_skew_seconds double, stale_pages integer, stalest_seconds double
);
