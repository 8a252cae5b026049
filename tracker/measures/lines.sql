-- title: The lines of families, and when each was first released
-- grain: one row per line, the family itself among them
-- unit: first_release: a day or a month, as far as it is known
select family, line, parent, developer, country as origin_country, first_release
from families
order by family, first_release nulls last, line
