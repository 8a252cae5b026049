-- title: Denominator: the derivatives of the month whose path reaches a reviewed base
select
  month,
  ({credit} filter (where is_firm))::decimal(28, 9) as total,
  ({credit})::decimal(28, 9) as widest,
  coalesce(({credit} filter (where not is_firm))::decimal(28, 9), 0) as loose
from credited
group by month
