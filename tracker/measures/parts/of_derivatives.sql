-- title: Denominator: all counted derivatives of the month, whether their base is known or not
select
  month,
  {left_of_month}
  {credit} as total,
  {credit} as widest,
  coalesce({credit} filter (where not is_firm), 0) as loose
from credited
group by month
