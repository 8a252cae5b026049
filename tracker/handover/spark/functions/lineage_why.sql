-- the reason for an answer, as a sentence
create or replace temporary function lineage_why(
  status string, depth int, evidence string, root_id string, family string, line string, developer string,
  origin_country string, relation string, via string, credit int, self_reference boolean,
  on_other_weights boolean default false
)
returns string
return {own}
