-- title: Denominator: the derivatives of the month that belong to the listed groups
select
  month,
  ({credit} filter (where {is_listed}))::decimal(28, 9) as total,
  ({credit} filter (where {is_listed} or not is_firm))::decimal(28, 9) as widest,
  coalesce(({credit} filter (where not is_firm))::decimal(28, 9), 0) as loose
from credited
group by month
