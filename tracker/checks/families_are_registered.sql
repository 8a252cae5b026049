-- title: Every family and line is one of the registry, 'unknown' or 'unreviewed'
-- row: a line that is none of these, or that stands under another family
-- broken by: update lineage_rows set family = 'Quen' where root_id = 'Qwen/Qwen3-8B'
select place, family, line, count(*) as models
from (
  select 'lineage' as place, family, line from lineage
  union all
  select 'nearest', family, line from nearest
  union all
  select 'models', own_family, own_line from models
) as said
where not exists (select 1 from families where families.line = said.line and families.family = said.family)
group by place, family, line
order by place, family, line
