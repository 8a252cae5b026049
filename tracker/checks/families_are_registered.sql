-- title: Every family is one of the registry, 'unknown' or 'unreviewed'
-- row: a family that is none of these
select 'lineage' as place, family, count(*) as models
from lineage
where family is null or (family not in ('unknown', 'unreviewed') and family not in (select family from families))
group by family
union all
select 'nearest' as place, family, count(*) as models
from nearest
where family is null or (family not in ('unknown', 'unreviewed') and family not in (select family from families))
group by family
order by place, family
