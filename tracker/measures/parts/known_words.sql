-- title: The families whose names are told by one run of letters or digits or by two: the first word, and what follows it
-- grain: one row per family
select family, substr(words, 1, strpos(words, ' ') - 1) as word, substr(words, strpos(words, ' ') + 1) as rest
from (
  select family, regexp_replace({as_words}, ' +', ' ', 'g') as words
  from (
    select family, family as name
    from families
    where line = family and line not in ('unknown', 'unreviewed')
  ) as named
) as spelt
where length(words) - length(replace(words, ' ', '')) in (1, 2)
