-- title: Totals by night as a series; they are counted, so their bounds are themselves
select snapshot_date as point, {column} as name, value, value as low, value as high, 0 as n
from (
  {asked}
) as totals
