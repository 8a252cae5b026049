-- title: Monthly shares as a series
select month as point, {column} as name, share as value, low, high, n
from (
  {asked}
) as shares
where share is not null
