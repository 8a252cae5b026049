-- title: The day of release of families or lines, of a month its first day
select
  {released_column} as name,
  min(case when length(first_release) = 7 then first_release || '-01' else first_release end)::date as released_on
from families
where first_release is not null and first_release <> ''
group by {released_column}
