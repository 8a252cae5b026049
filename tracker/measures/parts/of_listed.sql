-- title: Denominator: the derivatives of the month that belong to the listed groups
select
  month,
  {left_of_month}
  {credit} filter (where {is_listed}) as total,
  {credit} filter (where {is_listed} or not is_firm) as widest,
  coalesce({credit} filter (where not is_firm), 0) as loose
from credited
group by month
