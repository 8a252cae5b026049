-- title: The licences of the most used families
-- grain: one row per family of the weights and class of licence
-- unit: downloads_30d: of the 30 days before the latest snapshot, credited by lineage; share of the family's, 0 to 1
-- developer_class: the class that most downloads of the developer's own models have; developer_share: part of these
-- $rows whole = 10: so many families
with counted as (
  select lineage.family, models.license_class, sum(lineage.credit::decimal(38, 0) * models.downloads_30d) as credit
  from lineage
  join models on models.model_key = lineage.model_key
  where models.removed_at is null
    and models.downloads_30d is not null
    and lineage.family not in ('unknown', 'unreviewed')
  group by lineage.family, models.license_class
),
ranked as (
  select family, sum(credit) as total, row_number() over (order by sum(credit) desc, family) as rank
  from counted
  group by family
)
select
  ranked.rank,
  counted.family,
  coalesce(counted.license_class, 'unreviewed') as license_class,
  (counted.credit::decimal(38, 0) * 0.000000001)::double as downloads_30d,
  (counted.credit / nullif(ranked.total, 0))::double as share,
  families.license_class as developer_class,
  families.license_class_share as developer_share
from counted
join ranked on ranked.family = counted.family
left join families on families.line = counted.family
where ranked.rank <= $rows and counted.credit > 0
order by rank, counted.credit desc, license_class
