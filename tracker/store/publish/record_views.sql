-- Views and table functions over files. {nightly}, {history}, {daily_rollup} and {daily_families} become the lists of files that were published:
-- a pattern of names would also show nights that are not published yet or were replaced. {newest} becomes the newest
-- night where models hold exactly its rows, null where two partial runs of that day were put together.
-- They stand in the published file with the folder's path of that day, and are laid over it as temporary views where the folder has moved.

create view counters as -- one row per snapshot_date and model, integers only: the record itself, the fast way to count
select
  snapshot_date, -- UTC day
  model_key, -- the model
  source, -- source preferred for the day
  scope, -- full, top:N or publisher:NAME; scopes are never compared with one another
  downloads_30d, -- downloads of the 30 days before: a window, never summed over nights
  downloads_all_time, -- downloads since upload; can fall
  likes -- likes
from {nightly};

create view history as -- the rows of counters, in files by model: the fast way to follow few models through many nights
select
  snapshot_date, -- UTC day
  model_key, -- the model
  source, -- source preferred for the day
  scope, -- full, top:N or publisher:NAME
  downloads_30d, -- downloads of the 30 days before
  downloads_all_time, -- downloads since upload; can fall
  likes -- likes
from {history};

create view snapshots as -- one row per snapshot_date and model, with its name
select
  c.snapshot_date, -- UTC day
  c.model_key, -- the model
  m.model_id, -- its present name
  c.source, -- source preferred for the day
  c.scope, -- full, top:N or publisher:NAME; scopes are never compared with one another
  c.downloads_30d, -- downloads of the 30 days before: a window, never summed over nights
  c.downloads_all_time, -- downloads since upload; can fall
  c.likes -- likes
from counters as c
left join described_models as m on m.model_key = c.model_key;

create macro models_as_of(day) as table -- one row per model of the newest snapshot not later than the day
select
  c.snapshot_date, c.model_key, m.model_id, m.publisher, m.publisher_country, m.created_at, m.pipeline_tag,
  m.library_name, c.source, c.scope, c.downloads_30d, c.downloads_all_time, c.likes
from counters as c
left join described_models as m on m.model_key = c.model_key
where c.snapshot_date = (select max(n.snapshot_date) from nights as n where n.snapshot_date <= day::date);

create macro counters_as_of(day) as table -- models_as_of without names: integers only, the fast way to count
select c.*
from counters as c
where c.snapshot_date = (select max(n.snapshot_date) from nights as n where n.snapshot_date <= day::date);

create macro movers(day_from, day_to) as table -- one row per model of either snapshot, with both states; empty unless both days have one source and scope
with paired as ( -- the newest night stands in models too, beside the names: one join less
  select
    m.model_key, m.model_id, a.downloads_30d as downloads_from, m.downloads_30d as downloads_to,
    a.downloads_all_time as ever_from, m.downloads_all_time as ever_to, a.likes as likes_from, m.likes as likes_to
  from models as m
  left join (select * from counters where snapshot_date = day_from::date) as a on a.model_key = m.model_key
  where day_to::date = {newest} and (m.last_seen = {newest} or a.model_key is not null)
  union all
  select
    coalesce(b.model_key, a.model_key), m.model_id, a.downloads_30d, b.downloads_30d,
    a.downloads_all_time, b.downloads_all_time, a.likes, b.likes
  from (select * from counters where snapshot_date = day_from::date) as a
  full join (select * from counters where snapshot_date = day_to::date) as b on b.model_key = a.model_key
  left join models as m on m.model_key = coalesce(b.model_key, a.model_key)
  where day_to::date is distinct from {newest}
)
select
  model_key, model_id, downloads_from as downloads_30d_from, downloads_to as downloads_30d_to,
  coalesce(downloads_to, 0) - coalesce(downloads_from, 0) as downloads_30d_change,
  ever_to - ever_from as downloads_between,
  likes_from, likes_to, coalesce(likes_to, 0) - coalesce(likes_from, 0) as likes_change
from paired
where exists (
  from nights as f join nights as t on t.source = f.source and t.scope = f.scope
  where f.snapshot_date = day_from::date and t.snapshot_date = day_to::date
);

create macro model_history(model) as table -- one row per snapshot_date of one model, named by its present or a former name
with named as (
  select x.model_key, case when x.removed_at is null then 2 else 1 end as certainty, date 'epoch' as until, x.hub_id
  from described_models as x
  where x.model_id = model
  union all
  select f.model_key, 0, f.until, y.hub_id
  from former_names as f
  join described_models as y on y.model_key = f.model_key
  where f.model_id = model
),
chosen as ( -- joined, not compared with: files are skipped by the key of a join, not by that of a subquery
  select m.model_key, m.model_id
  from described_models as m
  where m.model_key = (select arg_max(n.model_key, (n.certainty, n.until, n.hub_id)) from named as n)
)
select h.snapshot_date, h.model_key, m.model_id, h.source, h.scope, h.downloads_30d, h.downloads_all_time, h.likes
from history as h
join chosen as m on m.model_key = h.model_key
order by h.snapshot_date;

create macro cohort_of(created_at) as -- the class that a model is of, by the last month of its half-year: models that were created at about the same time freeze together
{cohort};

create view flow_flags as -- one row per model and snapshot whose downloads are not plainly the increase since the snapshot before: read daily_downloads
select
  -- like: open_flow_flags
from {flow_flags};

create view flow_families as -- one row per night, source and scope, line with its family, class, flag and days: sums of daily_downloads by lineage weight of that day
select
  -- like: open_flow_families
from {flow_families};

create view flow_publishers as -- one row per night, source and scope, publisher that the registry names, class, flag and days: sums of daily_downloads
select
  -- like: open_flow_publishers
from {flow_publishers};

create view daily_downloads as -- one row per model and snapshot after its first of that source and scope: downloads since its last honest counter
select
  snapshot_date, -- UTC day
  model_key, -- the model
  source, -- source of this snapshot and those before
  scope, -- scope of them
  days, -- days that the value speaks for, the last of them the one before snapshot_date: more than 1 across a gap and after a fall
  downloads, -- downloads in those days, null where none are counted: a counter below its last honest reading says nothing until it is back
  change, -- difference of downloads_all_time to the snapshot before that has one: negative where the Hub recounted
  flag, -- ok, new (first seen: since its creation, or nothing), gap (days without a snapshot), stall and catch-up (its class stood still, or what that held back arrives), fall (lies below its last honest counter), recovery (back from there), spike (10 times its usual day, and 1,000), retroactive (more than its 30 days, or its library is counted anew: counts of days before), window-only (no all-time counter)
  left_out, -- downloads that no value counts
  cohort -- class of the model, as in flow_classes
from {every_daily};

create macro downloads_of(model_ids) as table -- the rows of daily_downloads of a few models, named as they are now, and the class that each is of: fast
with chosen as materialized (
  select x.model_key, x.model_id, x.created_at from described_models as x where list_contains(model_ids, x.model_id)
)
select snapshot_date, model_key, model_id, cohort, source, scope, days, downloads, change, flag, left_out
from {chosen_daily};

create view daily_flow as -- rows to be summed by day, source and scope, and line with its family: what was downloaded on the day, settled: what speaks for several days is spread over them, a stall and its catch-up over theirs
select
  -- like: open_daily_flow
from {daily_flow};

create view daily_flow_of_publishers as -- the same per publisher that the registry names, the others of a country together
select
  -- like: open_daily_flow_of_publishers
from {daily_flow_of_publishers};

create macro daily_flow_of(model_ids) as table -- the same per model, of a few models, named as they are now
with chosen as materialized (
  select x.model_key, x.model_id, x.created_at from described_models as x where list_contains(model_ids, x.model_id)
),
brought as materialized (
  {brought_models}
)
select label, source, scope, model_key, model_id, downloads_credit, spread_credit, left_out_credit
from {settled_models};

create view daily_rollup as -- one row per snapshot_date, line with its family, developer, origin, publisher country, relation and task
select
  -- like: open_rollup, snapshot_date to pipeline_tag
  (models_credit::decimal(28, 0) * 0.000000001)::double as models, -- models, weighted by lineage weight
  (new_models_credit::decimal(28, 0) * 0.000000001)::double as new_models, -- those created on the snapshot_date or since the night before it, weighted
  (derivatives_credit::decimal(28, 0) * 0.000000001)::double as derivatives, -- those that have a parent, weighted
  (downloads_30d_credit::decimal(28, 0) * 0.000000001)::double as downloads_30d, -- sum of downloads_30d, weighted
  (downloads_all_time_credit::decimal(28, 0) * 0.000000001)::double as downloads_all_time, -- sum of downloads_all_time, weighted
  (likes_credit::decimal(28, 0) * 0.000000001)::double as likes, -- sum of likes, weighted
  -- like: open_rollup, models_credit to models_n
from {daily_rollup};

create view daily_families as -- one row per snapshot_date and line with its family: daily_rollup without publisher country, relation and task, small, for long trends
select
  -- like: open_families, snapshot_date to origin_country
  -- like: daily_rollup, models to models_n
from {daily_families};

create view downloads_by_family as -- one row per snapshot_date and family: rolled up nightly, milliseconds over years
select
  snapshot_date, -- UTC day
  family, -- the family of the root's weights, 'unknown' or 'unreviewed'
  (sum(downloads_30d_credit)::decimal(28, 0) * 0.000000001)::double as downloads_30d, -- downloads of the 30 days before, weighted by lineage weight
  (sum(downloads_all_time_credit)::decimal(28, 0) * 0.000000001)::double as downloads_all_time, -- downloads since upload, weighted
  (sum(likes_credit)::decimal(28, 0) * 0.000000001)::double as likes, -- likes, weighted
  (sum(models_credit)::decimal(28, 0) * 0.000000001)::double as models, -- models, weighted
  (sum(derivatives_credit)::decimal(28, 0) * 0.000000001)::double as derivatives -- models with a parent, weighted
from daily_families
group by snapshot_date, family;

create view downloads_by_country as -- one row per snapshot_date and origin country: rolled up nightly, milliseconds over years
select
  snapshot_date, -- UTC day
  origin_country, -- country of the root's developer, 'unknown' or 'unreviewed'
  (sum(downloads_30d_credit)::decimal(28, 0) * 0.000000001)::double as downloads_30d, -- downloads of the 30 days before, weighted by lineage weight
  (sum(downloads_all_time_credit)::decimal(28, 0) * 0.000000001)::double as downloads_all_time, -- downloads since upload, weighted
  (sum(likes_credit)::decimal(28, 0) * 0.000000001)::double as likes, -- likes, weighted
  (sum(models_credit)::decimal(28, 0) * 0.000000001)::double as models, -- models, weighted
  (sum(derivatives_credit)::decimal(28, 0) * 0.000000001)::double as derivatives -- models with a parent, weighted
from daily_families
group by snapshot_date, origin_country;
