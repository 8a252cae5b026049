-- title: Who gets the credit
select
  summed.*,
  {named},
  is_traced and {is_named} as is_firm
from summed
{join}
