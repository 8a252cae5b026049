-- Settled sums of days, by the month of the nights that brought them.

create table daily_flow (
  month date, label date, source varchar, scope varchar, family varchar, line varchar, developer varchar,
  origin_country varchar, downloads_credit decimal(38, 0), spread_credit decimal(38, 0), left_out_credit decimal(38, 0)
);
create table daily_flow_of_publishers (
  month date, label date, source varchar, scope varchar, publisher_country varchar, publisher varchar,
  downloads_credit decimal(38, 0), spread_credit decimal(38, 0), left_out_credit decimal(38, 0)
);

-- one row per month that is settled: the first day that its nights speak for, and what incidents told of its days
create table flow_settled (month date, first_label date, told varchar);
