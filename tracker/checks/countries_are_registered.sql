-- title: Every country is one of the registry, 'unknown' or 'unreviewed'
-- row: a country that is none of these
-- broken by: update models set publisher_country = 'China' where model_id = 'Qwen/Qwen3-8B'
with named as (
  select 'origin' as place, origin_country as country, count(*) as models from lineage group by origin_country
  union all
  select 'publisher' as place, publisher_country as country, count(*) as models from models group by publisher_country
)
select place, country, models
from named
where country is null
  or (country not in ('unknown', 'unreviewed') and country not in (select country from countries))
order by place, country
