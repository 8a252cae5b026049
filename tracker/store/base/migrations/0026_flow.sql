-- Flow: what the nights of a chain (a source and scope) have brought, from all-time counters that are honest.

-- one row per night that flow was made of: the nights it was made of, and the place in the order of loading at which
create table flow_nights (
  snapshot_date date, source varchar, scope varchar, night_before date, made_of varchar, loaded integer
);

-- one row per model and time for which no reading of it counts: since its last honest one of `since` it is absent, or
-- its counter is below it; from the night held_from on, until the night held_until, which has an honest one again
create table flow_held (
  source varchar, scope varchar, model_key integer, since date, downloads_all_time bigint, why varchar,
  held_from date, held_until date
);

-- one row per model and night with a value that is not plainly the increase since the night before
create table flow_flags (
  snapshot_date date, source varchar, scope varchar, model_key integer, flag varchar, days integer, downloads bigint,
  left_out bigint
);

-- sums of a night's values, by lineage weight
create table flow_families (
  snapshot_date date, source varchar, scope varchar, family varchar, line varchar, developer varchar,
  origin_country varchar, cohort varchar, flag varchar, days integer, downloads_credit decimal(38, 0),
  left_out_credit decimal(38, 0), models bigint
);

-- the same by publisher: those that the registry names, the others of a country together
create table flow_publishers (
  snapshot_date date, source varchar, scope varchar, publisher_country varchar, publisher varchar, cohort varchar,
  flag varchar, days integer, downloads bigint, left_out bigint, models bigint
);

-- one row per night and class of model: what incidents are judged by
create table flow_classes (
  snapshot_date date, source varchar, scope varchar, cohort varchar, days integer, models bigint, movers bigint,
  unmoved bigint, slowed bigint, window_30d bigint, increase bigint, fell bigint, fell_by bigint, recovered bigint,
  recovered_by bigint, absent bigint, back bigint
);

-- one row per model without an all-time counter and night on which its 30-day counter took a large step
create table flow_steps (
  snapshot_date date, source varchar, scope varchar, model_key integer, "before" bigint, change bigint
);

-- what the nights' classes tell of their days, made anew for every copy: incidents, and the days that they touch
create table flow_incidents (
  source varchar, scope varchar, cohort varchar, model_key integer, kind varchar, first_label date, last_label date,
  share double, amount double, is_open boolean, spread_first date, spread_last date
);
create table flow_days (
  source varchar, scope varchar, cohort varchar, label date, flag varchar, spread_first date, spread_last date
);
create table flow_chains (
  source varchar, scope varchar, first_night date, newest_night date, unsettled_from date
);
