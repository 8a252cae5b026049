-- title: Denominator: the derivatives of the month whose path reaches a reviewed base
select
  month,
  {left_of_month}
  {credit} filter (where is_firm) as total,
  {credit} as widest,
  coalesce({credit} filter (where not is_firm), 0) as loose
from credited
group by month
