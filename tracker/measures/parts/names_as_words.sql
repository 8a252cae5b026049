-- title: Names of counted models, of their declared parents and of families as words: runs of letters and of digits
-- grain: one row per name: of a model with its key, of a family without one
-- each digit becomes <1>, a run of them <1><2>, of which the inner brackets go: engines agree on this, not on lists
select model_key, family, trim(regexp_replace(replace(marked, '><', ''), '[^a-z0-9]+', ' ', 'g')) as words
from (
  select model_key, family,
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(name, '0', '<0>'), '1', '<1>'), '2', '<2>'), '3', '<3>'), '4', '<4>'), '5', '<5>'), '6', '<6>'), '7', '<7>'), '8', '<8>'), '9', '<9>') as marked
  from (
    select model_key, null as family, replace(replace(lower(model_id), '<', ' '), '>', ' ') as name
    from models
    semi join counted using (model_key)
    union all
    select model_key, null as family, replace(replace(lower(parent_id), '<', ' '), '>', ' ') as name
    from parents
    semi join counted using (model_key)
    union all
    select null as model_key, family, replace(replace(lower(family), '<', ' '), '>', ' ') as name
    from families
    where line = family and line not in ('unknown', 'unreviewed')
  ) as named
) as marked
