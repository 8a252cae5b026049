-- title: Each counted model under every family whose name occurs in its own name or in a declared parent's
-- grain: one row per model and family, 'unreviewed' where no family is named; the credit of a model sums to 10^9, what is left over goes by name
-- names are compared as runs of letters and of digits, up to two of them: 'qwen 2', 'gpt oss', 'stable diffusion'
select
  counted.*,
  null::varchar as base_id,
  coalesce(named.family, 'unreviewed') as family,
  coalesce(named.family, 'unreviewed') as line,
  coalesce(named.developer, 'unreviewed') as developer,
  coalesce(named.country, 'unreviewed') as origin_country,
  1000000000 // count(*) over (partition by counted.model_key)
    + if(
      row_number() over (partition by counted.model_key order by named.family)
        <= 1000000000 % count(*) over (partition by counted.model_key),
      1,
      0
    ) as credit,
  0 as place,
  named.family is not null as is_traced
from counted
left join (
  select distinct words.model_key, families.family, families.developer, families.country
  from (
    select
      model_key,
      unnest(runs || list_transform(list_zip(runs, runs[2:]), lambda pair: pair[1] || ' ' || pair[2])) as word
    from (
      select model_key, regexp_extract_all(lower(text), '[a-z]+|[0-9]+') as runs
      from (
        select model_key, model_id as text from models semi join counted using (model_key)
        union all
        select model_key, parent_id from parents semi join counted using (model_key)
      )
    )
  ) as words
  join families
    on words.word = array_to_string(regexp_extract_all(lower(families.family), '[a-z]+|[0-9]+'), ' ')
  where families.line = families.family and families.line not in ('unknown', 'unreviewed')
) as named using (model_key)
where {counts}
