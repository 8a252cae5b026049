-- title: Denominator: all counted models of the month, also those that are built on nothing
select
  month,
  (select count(*) from counted where counted.month = credited.month) as total,
  (select count(*) from counted where counted.month = credited.month) as widest,
  coalesce(({credit} filter (where not is_firm))::decimal(28, 9), 0) as loose
from credited
group by month
