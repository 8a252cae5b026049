-- title: The numbers from 1 to 64
select 8 * eights.number + ones.number + 1 as number
from (values (0), (1), (2), (3), (4), (5), (6), (7)) as eights(number)
cross join (values (0), (1), (2), (3), (4), (5), (6), (7)) as ones(number)
