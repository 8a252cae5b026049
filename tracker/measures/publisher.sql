-- title: The models of a publisher, and what is built on them, by whom and where
-- grain: one row for all together, per model of the publisher, per publisher and per country of what is built on them
-- unit: derivatives and direct in models, each once, whatever part of its credit comes from there; downloads of the 30 days before the snapshot, of a model its own, else of the derivatives
-- ask: tracker lineage --publisher NAME
with recursive own as (
  select model_key, model_id, own_family, downloads_30d
  from models
  where publisher in ({publishers}) and removed_at is null
),
step as (
  select edge.parent_key, edge.model_key
  from edges_of($variant) as edge
  where edge.parent_key is not null and edge.model_key is not null
),
below as ( -- each pair once, so a circle ends
  select own.model_key as own_key, step.model_key
  from own
  join step on step.parent_key = own.model_key
  union
  select below.own_key, step.model_key
  from below
  join step on step.parent_key = below.model_key
),
built as (
  select
    below.own_key,
    models.model_key,
    models.publisher,
    models.publisher_country,
    models.downloads_30d,
    case when direct.model_key is null then 0 else 1 end as is_direct
  from below
  join models on models.model_key = below.model_key
  left join (select distinct parent_key, model_key from step) as direct
    on direct.parent_key = below.own_key and direct.model_key = below.model_key
  where models.removed_at is null and below.model_key <> below.own_key
),
each_once as (
  select model_key, publisher, publisher_country, downloads_30d, max(is_direct) as is_direct
  from built
  group by model_key, publisher, publisher_country, downloads_30d
),
counted as (
  select
    'all' as kind, $name as name, null::varchar as family, count(*) as derivatives,
    coalesce(sum(is_direct), 0) as direct, coalesce(sum(downloads_30d), 0) as downloads_30d
  from each_once
  union all
  select
    'model', own.model_id, own.own_family, count(built.model_key), coalesce(sum(built.is_direct), 0),
    max(own.downloads_30d)
  from own
  left join built on built.own_key = own.model_key
  group by own.model_key, own.model_id, own.own_family
  union all
  select 'by publisher', publisher, null, count(*), sum(is_direct), coalesce(sum(downloads_30d), 0)
  from each_once
  group by publisher
  union all
  select 'by country', publisher_country, null, count(*), sum(is_direct), coalesce(sum(downloads_30d), 0)
  from each_once
  group by publisher_country
),
placed as (
  select
    *,
    count(*) over (partition by kind) as of_kind,
    row_number() over (partition by kind order by derivatives desc, downloads_30d desc nulls last, name) as place
  from counted
)
select
  kind, of_kind, name, family, derivatives, direct, downloads_30d
from placed
where place <= $rows
order by
  case kind when 'all' then 0 when 'model' then 1 when 'by publisher' then 2 else 3 end, place
