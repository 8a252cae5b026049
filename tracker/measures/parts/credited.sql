-- title: Who gets the credit
select
  summed.*,
  {name} as name,
  is_traced and {name} not in ('unknown', 'unreviewed') as is_firm
from summed
{join}
