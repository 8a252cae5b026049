-- title: The words of the names of counted models and of their declared parents, each with the one after it
-- grain: one row per name and word, of the first 64
select
  named.model_key,
  split_part(named.words, ' ', places.place) as word,
  split_part(named.words, ' ', places.place + 1) as next_word
from (
  select model_key, words, length(words) - length(replace(words, ' ', '')) + 1 as size
  from (
    {names_as_words}
  ) as every_name
  where model_key is not null
) as named
join ( -- by the number of words, for a join of equals is the quick one
  select size.number as size, place.number as place
  from (
    {to_64}
  ) as size
  join (
    {to_64}
  ) as place on place.number <= size.number
) as places on places.size = least(named.size, 64)
