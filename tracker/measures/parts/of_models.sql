-- title: Denominator: all counted models of the month, also those that are built on nothing
select
  month,
  max(every.models) * {one} as total,
  max(every.models) * {one} as widest,
  coalesce({credit} filter (where not is_firm), 0) as loose
from credited
join (
  select month, count(*) as models
  from counted
  group by month
) as every using (month)
group by month
