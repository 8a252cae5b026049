-- the reason for an answer, as a sentence
create or replace temporary function lineage_why(
  status string, depth int, evidence string, root_id string, family string, line string, developer string,
  origin_country string, relation string, via string, credit int, self_reference boolean,
  on_other_weights boolean default false
)
returns string
return
case status
  when 'root' then
    case when self_reference then 'names only itself as parent' else 'has no parent that counts' end || ', so it is a root'
    || case when on_other_weights then ', but the registry says that its line continues other weights' else '' end
  else
    case relation when 'finetune' then 'finetuned' when 'adapter' then 'an adapter' when 'quantized' then 'quantized' when 'merge' then 'merged' else 'derived' end
    || case relation when 'adapter' then ' of ' else ' from ' end || coalesce(via, root_id)
    || case when depth > 1 then ', ' || depth || ' steps to ' || root_id else '' end
    || case status
         when 'dangling' then case when not (root_id rlike r'^([\pL\pN_.-]+/)?[\pL\pN_.-]+$' and not root_id rlike r'(^|/)[.][.]?(/|$)' and locate('/', root_id) <= 97 and length(root_id) - locate('/', root_id) <= 96) then ', which is no id of a model on the Hub' else ', which is not on the Hub (deleted, private or misspelt)' end
         when 'outside' then ', which this scope does not cover'
         when 'cycle' then ', in a circle of declared parents that was cut at its youngest claim'
         else '' end
    || ' (' || case evidence
         when 'override' then 'curated correction'
         when 'hub' then 'declared, structured'
         when 'tag' then 'declared by tag'
         when 'mirror' then 'a re-upload by a registry rule'
         when 'inferred' then 'inferred from its name'
         else 'no evidence' end || ')'
    || case when credit < 1000000000 then '; credited with ' || ((credit + 500000) div 10000000) || '.' || (((credit + 500000) div 1000000) % 10) || ' % of it' else '' end
end
|| case family
     when 'unreviewed' then case when status = 'root' then '; its' else '; the root\'s' end || ' family is unreviewed'
     when 'unknown' then case when status = 'root' then '; its' else '; the root\'s' end || ' family is unknown after review'
     else '; family ' || family || case when line <> family then ', line ' || line else '' end || coalesce(' of ' || developer, '') || ', origin ' || origin_country end
