-- Views and table functions of the published copy that read its own tables.
-- The remark after a name becomes that relation's or column's comment; they need no files.

create macro lineage_why(status, depth, evidence, root_id, family, line, developer, origin_country, relation, via, credit, self_reference, on_other_weights := false) as -- the reason for an answer, as a sentence
  case status
    when 'root' then
      case when self_reference then 'names only itself as parent' else 'has no parent that counts' end || ', so it is a root'
      || case when on_other_weights then ', but the registry says that its line continues other weights' else '' end
    else
      case relation when 'finetune' then 'finetuned' when 'adapter' then 'an adapter' when 'quantized' then 'quantized' when 'merge' then 'merged' else 'derived' end
      || case relation when 'adapter' then ' of ' else ' from ' end || coalesce(via, root_id)
      || case when depth > 1 then ', ' || depth || ' steps to ' || root_id else '' end
      || case status
           when 'dangling' then case when not (regexp_matches(root_id, '^([\pL\pN_.-]+/)?[\pL\pN_.-]+$') and not regexp_matches(root_id, '(^|/)[.][.]?(/|$)') and strpos(root_id, '/') <= 97 and length(root_id) - strpos(root_id, '/') <= 96) then ', which is no id of a model on the Hub' else ', which is not on the Hub (deleted, private or misspelt)' end
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
      || case when credit < 1000000000 then '; credited with ' || ((credit + 500000) // 10000000) || '.' || (((credit + 500000) // 1000000) % 10) || ' % of it' else '' end
  end
  || case family
       when 'unreviewed' then case when status = 'root' then '; its' else '; the root''s' end || ' family is unreviewed'
       when 'unknown' then case when status = 'root' then '; its' else '; the root''s' end || ' family is unknown after review'
       else '; family ' || family || case when line <> family then ', line ' || line else '' end || coalesce(' of ' || developer, '') || ', origin ' || origin_country end;

create view described_models as -- models without the numbers of the latest snapshot: the quicker one to look up a few in
select
  -- like: models, model_key to removal
  -- like: models, relation to created_month
from models;

create view lineage as -- one row per model and root
select
  -- like: lineage_rows, model_key to depth
  status, -- root, derived, dangling (parent not on the Hub), outside (parent not covered by the scope) or cycle
  evidence, -- weakest link on the path: override hub tag mirror inferred; null for a root
  -- like: lineage_rows, family to origin_country
  lineage_why(status, depth, evidence, root_id, family, line, developer, origin_country, relation, via, credit, self_reference, on_other_weights := on_other_weights) as why, -- the reason in one sentence
  -- like: lineage_rows, relation to created_month
  -- like: lineage_variant_rows, via to in_cycle
from ( -- a root speaks for itself: no rows are stored for it, unless its line continues other weights
  select *, status = 'root' as on_other_weights from lineage_rows
  union all by name
  select
    model_key, model_id, model_key as root_key, model_id as root_id, 1000000000 as credit, 1.0::double as weight, 0 as depth,
    'root' as status, null::varchar as evidence, own_family as family, own_line as line, developer, origin_country,
    null::varchar as relation, created_month,
    null::varchar as via, self_reference, false as in_cycle, false as on_other_weights
  from described_models where is_root
);

create view lineage_variants as -- as lineage, under another reading, only for the models whose answer differs from the default
select
  -- like: lineage_variant_rows, variant to origin_country
  -- like: lineage, why to in_cycle
from (
  select v.*, v.status = 'root' and v.line <> m.own_line as on_other_weights
  from lineage_variant_rows as v
  join models as m using (model_key)
);

create view nearest as -- one row per model and nearest registered line by brand on its paths
select
  -- like: nearest_rows
from (
  from nearest_rows
  union all by name
  select
    model_key, model_id, own_family as family, own_line as line, developer, origin_country, 1000000000 as credit, 1.0::double as weight
  from described_models where is_root
);

create macro lineage_of(wanted) as table -- lineage under one reading, all models: 'default', 'as_uploaded', 'teacher' or 'inferred'
select l.* from lineage as l
anti join (select model_key from lineage_variant_rows where variant = wanted) as v on v.model_key = l.model_key
union all
select l.* exclude (variant) from lineage_variants as l where l.variant = wanted;

create macro edges_of(wanted) as table -- edges under one reading, all models: 'default', 'as_uploaded', 'teacher' or 'inferred'
select e.* from edges as e
anti join (
  select model_key from lineage_variant_rows where variant = wanted
  union all
  select model_key from edge_variants where variant = wanted
) as v on v.model_key = e.model_key
where wanted = 'default' or e.model_key is not null -- the edges of names that are not on the Hub stand in each reading
union all
select e.* exclude (variant) from edge_variants as e where e.variant = wanted;

create macro nearest_of(wanted) as table -- nearest under one reading, all models: 'default', 'as_uploaded', 'teacher' or 'inferred'
select n.* from nearest as n
anti join (select model_key from nearest_variants where variant = wanted) as v on v.model_key = n.model_key
union all
select n.* exclude (variant) from nearest_variants as n where n.variant = wanted;

create view latest as -- one row per model of the latest snapshot
select
  m.model_key, -- the model
  m.model_id, -- its present name
  m.publisher, -- namespace that uploaded it
  m.publisher_country, -- country of the uploader
  m.created_at, -- when the repository was created
  m.pipeline_tag, -- task as the Hub names it
  m.library_name, -- library as the Hub names it
  m.relation, -- declared relation to its first parent; null without one
  m.downloads_30d, -- downloads of the 30 days before the snapshot
  m.downloads_all_time, -- downloads since upload
  m.likes -- likes
from models as m
where m.last_seen = (select max(n.snapshot_date) from nights as n) and m.removed_at is null;

create view sources as -- one row per source, those that never answered included: who it is, what may leave, how it is
select
  -- like: source_facts
  r.started_at as last_run, -- begin of its newest run, successful or not; null where there is none
  r.status as last_status, -- how that ended: published refused failed interrupted
  r.reason as last_reason, -- why, where it was refused or failed
  g.last_success -- end of its newest run that is in this copy
from source_facts as s
left join (
  select
    source, started_at, status, reason, row_number() over (partition by source order by started_at desc, run_id desc) as place
  from runs
) as r on r.source = s.name and r.place = 1
left join (
  select source, max(finished_at) as last_success from runs where status = 'published' group by source
) as g on g.source = s.name;
