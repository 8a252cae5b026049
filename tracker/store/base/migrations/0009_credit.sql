-- Credit is counted in units of 10^9 a model, integers whose sum is exact; sums of counters times credit are decimals.
-- Weights become the units that the lineage engine gives (lineage/whole.py): cut to whole units, what is left over by
-- name to those that did not come out even, at least one each. Most models have one root, and all of their credit there.

create temp table weighed as
select 'lineage' as kind, l.rowid as place, l.variant, l.model_key, null as model_name, null as line,
  coalesce(m.model_id, l.root_name) as name, l.weight
from lineage as l
left join models as m on m.model_key = l.root_key
where l.weight < 1
union all
select 'nearest', n.rowid, n.variant, n.model_key, null, n.line, null, n.weight
from nearest as n
where n.weight < 1
union all
select 'edges', e.rowid, e.variant, e.model_key, e.model_name, null, coalesce(m.model_id, e.parent_name), e.weight
from counted_edges as e
left join models as m on m.model_key = e.parent_key
where e.weight < 1;

create temp table units as
with cut as (
  select *, round(weight * 1e12)::bigint as part, greatest(part // 1000, 1) as units from weighed
),
ranked as (
  select kind, place, units,
    1000000000 - sum(units) over (partition by kind, variant, model_key, model_name) as spare,
    row_number() over (
      partition by kind, variant, model_key, model_name order by part % 1000 = 0, line, name, place
    ) as by_name,
    coalesce(sum(units - 1) over (
      partition by kind, variant, model_key, model_name order by units desc, line, name, place
      rows between unbounded preceding and 1 preceding
    ), 0) as before
  from cut
)
select kind, place,
  (units + (by_name <= spare)::integer - greatest(0, least(-spare - before, units - 1)))::integer as credit
from ranked;

alter table lineage add column credit integer default 1000000000;
alter table nearest add column credit integer default 1000000000;
alter table counted_edges add column credit integer default 1000000000;
update lineage set credit = u.credit from units as u where u.kind = 'lineage' and u.place = lineage.rowid;
update nearest set credit = u.credit from units as u where u.kind = 'nearest' and u.place = nearest.rowid;
update counted_edges set credit = u.credit from units as u where u.kind = 'edges' and u.place = counted_edges.rowid;
alter table lineage drop column weight;
alter table nearest drop column weight;
alter table counted_edges drop column weight;
drop table units;
drop table weighed;

-- the same rows as before, to 10^-9; `tracker resolve` counts them anew
alter table daily_rollup rename to weighted_rollup;
create table daily_rollup as
select snapshot_date, family, line, developer, origin_country, publisher_country, relation, pipeline_tag,
  (models::decimal(28, 9) * 1000000000)::bigint as models_credit,
  (new_models::decimal(28, 9) * 1000000000)::bigint as new_models_credit,
  (derivatives::decimal(28, 9) * 1000000000)::bigint as derivatives_credit,
  (downloads_30d::decimal(28, 9) * 1000000000)::decimal(38, 0) as downloads_30d_credit,
  (downloads_all_time::decimal(28, 9) * 1000000000)::decimal(38, 0) as downloads_all_time_credit,
  (likes::decimal(28, 9) * 1000000000)::decimal(38, 0) as likes_credit,
  models_n
from weighted_rollup;
drop table weighted_rollup;

alter table daily_families rename to weighted_rollup;
create table daily_families as
select snapshot_date, family, line, developer, origin_country,
  (models::decimal(28, 9) * 1000000000)::bigint as models_credit,
  (new_models::decimal(28, 9) * 1000000000)::bigint as new_models_credit,
  (derivatives::decimal(28, 9) * 1000000000)::bigint as derivatives_credit,
  (downloads_30d::decimal(28, 9) * 1000000000)::decimal(38, 0) as downloads_30d_credit,
  (downloads_all_time::decimal(28, 9) * 1000000000)::decimal(38, 0) as downloads_all_time_credit,
  (likes::decimal(28, 9) * 1000000000)::decimal(38, 0) as likes_credit,
  models_n
from weighted_rollup;
drop table weighted_rollup;

-- files of closed months hold weighted sums: the next publish writes all months anew
delete from rollup_months;
