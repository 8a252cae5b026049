-- title: Each counted model under every family whose name occurs in its own name or in a declared parent's
-- grain: one row per model and family, 'unreviewed' where no family is named; the credit of a model sums to 10^9, what is left over goes by name
select
  counted.*,
  null::varchar as base_id,
  coalesce(named.family, 'unreviewed') as family,
  coalesce(named.family, 'unreviewed') as line,
  coalesce(families.developer, 'unreviewed') as developer,
  coalesce(families.country, 'unreviewed') as origin_country,
  coalesce(named.credit, 1000000000) as credit,
  0 as place,
  named.family is not null as is_traced
from counted
left join (
  select
    model_key,
    family,
    1000000000 // count(*) over (partition by model_key)
      + if(
        row_number() over (partition by model_key order by family)
          <= 1000000000 % count(*) over (partition by model_key),
        1,
        0
      ) as credit
  from (
    {named_families}
  ) as each_family
) as named using (model_key)
left join families on families.line = named.family
where {counts}
