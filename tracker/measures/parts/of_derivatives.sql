-- title: Denominator: all counted derivatives of the month, whether their base is known or not
select
  month,
  ({credit})::decimal(28, 9) as total,
  ({credit})::decimal(28, 9) as widest,
  coalesce(({credit} filter (where not is_firm))::decimal(28, 9), 0) as loose
from credited
group by month
