-- title: What changed between two nights
-- grain: one row per change and model or family, the most downloaded of each kind first; what moved by the size of the move
-- unit: before and after as text; of what moved downloads of the 30 days before each night, as are difference and growth (difference in parts of before); ranks by them
-- ask: tracker diff DATE DATE
with chosen_nights as ( -- both nights where they can be compared, else none
  select later.snapshot_date, later.source, later.scope
  from nights as later
  join nights as other on other.source = later.source and other.scope = later.scope
  where later.snapshot_date in ($first, $until)
    and other.snapshot_date = case when later.snapshot_date = $first then $until::date else $first::date end
),
totals as (
  {totals}
),
placed as (
  select
    name,
    snapshot_date,
    value,
    rank() over (
      partition by snapshot_date
      order by case when name in ('unknown', 'unreviewed') then 1 else 0 end, value desc
    ) as place
  from totals
),
families_moved as (
  select
    'family moved' as change,
    later.name as family,
    before.value as value_before,
    later.value as value_after,
    case when later.name not in ('unknown', 'unreviewed') then before.place end as rank_before,
    case when later.name not in ('unknown', 'unreviewed') then later.place end as rank
  from placed as later
  join placed as before on before.name = later.name and before.snapshot_date = $first
  where later.snapshot_date = $until and later.value <> before.value
),
moved as (
  select
    'moved' as change,
    model_id,
    model_key,
    downloads_30d_from as value_before,
    downloads_30d_to as value_after
  from movers($first, $until)
  where downloads_30d_from is not null and downloads_30d_to is not null and downloads_30d_change <> 0
),
happened as (
  select
    events.kind as change,
    events.model_id,
    events.model_key,
    events.before,
    events.after,
    events.snapshot_date,
    coalesce(models.downloads_30d, 0) as size
  from events
  left join models using (model_key)
  where events.snapshot_date > $first and events.snapshot_date <= $until
),
ranked as (
  select
    *,
    count(*) over (partition by change) as changes,
    row_number() over (
      partition by change order by size desc, model_id, family, snapshot_date, before, after
    ) as place
  from (
    select
      change, model_id, model_key, null::varchar as family, before, after, snapshot_date, size,
      null::double as value_before, null::double as value_after, null::bigint as rank_before, null::bigint as rank
    from happened
    union all
    select
      change, model_id, model_key, null, value_before::varchar, value_after::varchar, $until::date,
      abs(value_after - value_before), value_before, value_after, null, null
    from moved
    union all
    select
      change, null, null, family, value_before::decimal(38, 0)::varchar, value_after::decimal(38, 0)::varchar,
      $until::date, abs(value_after - value_before), value_before, value_after, rank_before, rank
    from families_moved
  ) as every
),
shown as (
  select *
  from ranked
  where place <= $rows
),
rooted as (
  select
    lineage.model_key,
    lineage.family,
    row_number() over (
      partition by lineage.model_key order by sum(lineage.credit) desc, lineage.family
    ) as place
  from lineage
  semi join shown on shown.model_key = lineage.model_key
  group by lineage.model_key, lineage.family
),
counted as ( -- how many models have so many downloads on a night
  select snapshot_date, downloads_30d, count(*) as models
  from counters
  semi join chosen_nights using (snapshot_date)
  where downloads_30d is not null
  group by snapshot_date, downloads_30d
),
ladder as (
  select
    snapshot_date,
    downloads_30d,
    1 + sum(models) over (partition by snapshot_date order by downloads_30d desc) - models as rank
  from counted
)
select
  shown.change,
  shown.changes,
  shown.model_id,
  coalesce(shown.family, rooted.family) as family,
  (shown.value_after - shown.value_before)::double as difference,
  ((shown.value_after - shown.value_before) / nullif(shown.value_before, 0))::double as growth,
  coalesce(shown.rank, later.rank) as rank,
  coalesce(shown.rank_before, before.rank) as rank_before,
  shown.before,
  shown.after
from shown
left join rooted on rooted.model_key = shown.model_key and rooted.place = 1
left join ladder as later
  on later.snapshot_date = $until and later.downloads_30d = shown.value_after and shown.change = 'moved'
left join ladder as before
  on before.snapshot_date = $first and before.downloads_30d = shown.value_before and shown.change = 'moved'
order by shown.change, shown.place
