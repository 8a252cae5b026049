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
    select model_key, if(alone.alone, word, word || ' ' || next_word) as word
    from (
      {name_words}
    ) as word
    cross join (values (true), (false)) as alone(alone)
    where alone.alone or next_word <> ''
  ) as words
  join (
    {names_as_words}
  ) as known on known.words = words.word and known.family is not null
  join families on families.line = known.family
) as named using (model_key)
where {counts}
