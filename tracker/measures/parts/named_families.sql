-- title: The families that each counted model names, in its own name or in a declared parent's
-- grain: one row per model and family
-- a family is named by one run of letters or digits or by two: 'qwen', 'gpt oss', 'stable diffusion'
with recursive chosen as (
  select counted.model_key
  from counted
  where {counts}
),
bearer as ( -- whose name counts for whom, so that a name is read once: a name that no snapshot has goes with who declares it
  select model_key, model_key as name_key
  from chosen
  union all
  select model_key, coalesce(parents.parent_key, -1 - model_key) as name_key
  from parents
  semi join chosen using (model_key)
),
tail as ( -- each word of a name, and what follows it
  select name_key, substr(words, 1, strpos(words, ' ') - 1) as word, ltrim(substr(words, strpos(words, ' ') + 1)) as rest
  from (
    select name_key, {as_words} as words
    from (
      select model_key as name_key, model_id as name
      from described_models
      where model_key in (select name_key from bearer)
      union all
      select -1 - model_key as name_key, parent_id as name
      from parents
      semi join chosen using (model_key)
      where parent_key is null
    ) as named
    {which_names}
  ) as spelt
  union all
  select name_key, substr(rest, 1, strpos(rest, ' ') - 1) as word, ltrim(substr(rest, strpos(rest, ' ') + 1)) as rest
  from tail
  where rest <> ''
),
known as (
  {known_words}
),
says as ( -- by itself: joined with its bearers first, each word of a name would be compared once for each of them
  select distinct heard.name_key, known.family
  from ( -- asked of each word first, within `coalesce`: an engine that turns it into a join sorts all words, not the few known
    select name_key, word, rest
    from tail
    where coalesce(word in (select word from known), false)
  ) as heard
  join known on known.word = heard.word and starts_with(heard.rest, known.rest)
)
select distinct bearer.model_key, says.family
from bearer
join says on says.name_key = bearer.name_key
