"""The SELECT of each published table: the collector's numbers, joined with names, organizations, families and lines."""

from __future__ import annotations

from tracker.columns import STORED
from tracker.graph.hub_names import is_id_in_sql
from tracker.store.base import labels
from tracker.store.record import months, rollup_files
from tracker.words import UNNAMED_LICENSES

_VARIANT_ROWS = """
select {variant}
  l.model_key, m.model_id, l.root_key, coalesce(r.model_id, l.root_name) as root_id, l.credit, l.depth, l.status,
  l.evidence, f.family, f.line, f.developer, f.country as origin_country, l.relation,
  date_trunc('month', m.created_at)::date as created_month, coalesce(v.model_id, l.via_name) as via,
  l.self_reference, l.in_cycle
from lineage as l
join model_facts as m on m.model_key = l.model_key
join lineage_lines as f on f.number = l.line
left join model_facts as r on r.model_key = l.root_key
left join model_facts as v on v.model_key = l.via_key
where {of} and l.model_key in {{chosen}}
"""

_NEAREST = """
select {variant} n.model_key, m.model_id, f.family, f.line, f.developer, f.country as origin_country, n.credit
from nearest as n
join model_facts as m on m.model_key = n.model_key
join lineage_lines as f on f.number = n.line
where {of} and n.model_key in {{chosen}}
"""

_EDGES = """
select {variant}
  e.model_key, coalesce(m.model_id, e.model_name) as model_id,
  e.parent_key, coalesce(p.model_id, e.parent_name) as parent_id, e.relation, e.evidence, e.credit
from counted_edges as e
left join model_facts as m on m.model_key = e.model_key
left join model_facts as p on p.model_key = e.parent_key
where {of} and coalesce(e.model_key, 0) in {{chosen}}
"""

# facts that change every night are kept outside the parts: the newest night's counters, and whether it has the model
_IN_THE_NEWEST = "s.last_seen = n.newest"
_DESCRIBED = ",\n  ".join(f"m.{each.name}" for each in STORED if not each.is_counter)

_UNNAMED = ", ".join(f"'{each}'" for each in UNNAMED_LICENSES)

# the tag (t) takes precedence if it names a licence, unless the registry row for the name (v) is an exception;
# `registry.terms` implements the same rule for one model
_LICENSE_CLASS = f"""case
    when v.exception then v.row_class
    when t.license_class <> 'unknown' then t.license_class
    else coalesce(v.row_class, if(t.tag not in ({_UNNAMED}), 'unknown', null), 'unreviewed')
  end"""

_DEFAULT = {"variant": ""}
_OTHERS = {"variant": "variant,"}

# tables that are kept in parts; each select returns the rows of the models with a key in {chosen}
PARTED = {
    "models": f"""
select
  m.model_key, m.model_id, m.hub_id, if(contains(m.model_id, '/'), split_part(m.model_id, '/', 1), '') as publisher,
  coalesce(p.organization, 'unreviewed') as publisher_organization,
  coalesce(p.country, 'unreviewed') as publisher_country,
  coalesce(p.kind, 'unreviewed') as publisher_kind,
  {_DESCRIBED},
  m.first_seen, if({_IN_THE_NEWEST}, null, s.last_seen) as last_seen, m.removed_at, m.removal,
  e.relation,
  coalesce(f.family, 'unreviewed') as own_family,
  coalesce(f.line, 'unreviewed') as own_line,
  coalesce(f.developer, 'unreviewed') as developer,
  coalesce(f.country, 'unreviewed') as origin_country,
  {_LICENSE_CLASS} as license_class,
  case
    when v.exception then 'table'
    when t.license_class <> 'unknown' then 'tag'
    when v.license_row is not null then 'table'
    when t.tag not in ({_UNNAMED}) then 'tag'
  end as license_from,
  v.license_row,
  coalesce(v.class_created, {_LICENSE_CLASS}) as license_class_created,
  coalesce(v.is_mirror, false) as is_mirror,
  r.model_key is not null as is_root,
  coalesce(r.self_reference, false) as self_reference,
  date_trunc('month', m.created_at)::date as created_month
from model_facts as m
join model_counts as s on s.model_key = m.model_key
cross join (select max(snapshot_date) as newest from nights) as n
left join publishers as p on contains(m.model_id, '/') and p.namespace = lower(split_part(m.model_id, '/', 1))
  and (p.until is null or m.created_at is null or m.created_at::date <= p.until)
left join ( -- few models have a ruling, so what depends on days is looked up here
  select
    v.model_key, v.line, v.is_mirror, now.number as license_row, now.license_class as row_class, now.exception,
    if(old.number <> now.number, old.license_class, null) as class_created
  from verdicts as v
  cross join (select max(snapshot_date) as newest from nights) as n
  left join model_facts as m on m.model_key = v.model_key and v.license_terms is not null
  left join licenses as now
    on now.terms = v.license_terms and n.newest >= now.holds_from and n.newest < now.holds_until
  left join licenses as old
    on old.terms = v.license_terms and m.created_at::date >= old.holds_from and m.created_at::date < old.holds_until
) as v on v.model_key = m.model_key
left join lineage_lines as f on f.number = v.line
left join license_tags as t on t.tag = lower(m.license)
left join roots as r on r.model_key = m.model_key
left join (
  select e.model_key, arg_min(e.relation, e.ordinal) as relation
  from edges as e
  join parents_found as q on q.parent_id = e.parent_id and q.parent_hub_id is not distinct from e.parent_hub_id
  where q.parent_key is distinct from e.model_key and e.model_key in {{chosen}}
  group by e.model_key
) as e on e.model_key = m.model_key
where m.model_key in {{chosen}}
""",
    "parents": f"""
select
  e.model_key, m.model_id, q.parent_key, coalesce(pm.model_id, e.parent_id) as parent_id,
  q.parent_key is not null or {is_id_in_sql("e.parent_id")} as parent_is_hub_id,
  e.relation, e.evidence, e.ordinal, e.first_seen, if({_IN_THE_NEWEST}, null, s.last_seen) as last_seen,
  if(
    parent_is_hub_id and contains(coalesce(pm.model_id, e.parent_id), '/'),
    split_part(coalesce(pm.model_id, e.parent_id), '/', 1), ''
  ) as parent_publisher,
  coalesce(f.family, 'unreviewed') as parent_family,
  coalesce(f.line, 'unreviewed') as parent_line,
  coalesce(f.developer, 'unreviewed') as parent_developer,
  coalesce(f.country, 'unreviewed') as parent_country
from edges as e
join model_facts as m on m.model_key = e.model_key
join model_counts as s on s.model_key = e.model_key
cross join (select max(snapshot_date) as newest from nights) as n
join parents_found as q on q.parent_id = e.parent_id and q.parent_hub_id is not distinct from e.parent_hub_id
left join model_facts as pm on pm.model_key = q.parent_key
left join verdicts as v on v.model_key = q.parent_key
left join stub_verdicts as u on u.name = e.parent_id and q.parent_key is null
left join lineage_lines as f on f.number = coalesce(v.line, u.line)
where e.model_key in {{chosen}}
""",
    "lineage_rows": _VARIANT_ROWS.format(of="l.variant = 'default'", **_DEFAULT),
    "lineage_variant_rows": _VARIANT_ROWS.format(of="l.variant <> 'default'", **_OTHERS),
    "nearest_rows": _NEAREST.format(of="n.variant = 'default'", **_DEFAULT),
    "nearest_variants": _NEAREST.format(of="n.variant <> 'default'", **_OTHERS),
    "edges": _EDGES.format(of="e.variant = 'default'", **_DEFAULT),
    "edge_variants": _EDGES.format(of="e.variant <> 'default'", **_OTHERS),
}

# tables that the views over parts read besides the parts
BESIDE_PARTS = {
    "nights": """
select n.snapshot_date, n.run_id, n.source, n.scope, n.models, n.downloads_30d, n.downloads_all_time, n.likes, n.file,
  r.registry_version
from nights as n
left join rollup_nights as r on r.snapshot_date = n.snapshot_date and r.run_id = n.run_id
where n.is_preferred
order by n.snapshot_date
""",
    "part_files": "from parts order by table_name, part",
    "changed_models": "from changed_models",
    "newest_rows": "from newest_rows",
}

INSERTS = {
    "events": "from events",
    "runs": """
select * replace (if(status = 'loaded', 'published', status) as status) from runs order by snapshot_date, started_at
""",
    "recorded_nights": """
select snapshot_date, source, scope, run_id, models, downloads_30d, downloads_all_time, likes, is_preferred
from nights
order by snapshot_date, source, scope
""",
    "agreements": """
select o.snapshot_date, a.source, b.source as other, a.scope, o.models, o.other_models, o.in_both,
  o.median_difference, o.p95_difference
from agreements as o
join nights as a on a.run_id = o.run_id
join nights as b on b.run_id = o.other_run_id
order by o.snapshot_date, a.source, other, a.scope
""",
    "night_labels": labels.NIGHT_LABELS,
    "night_remarks": f"""
select n.snapshot_date, n.source, n.scope, r.gate, r.remark, r.forced
from night_remarks as r
join nights as n on n.run_id = r.run_id
union all
{labels.REMARKS}
order by all
""",
    "night_quality": """
select
  n.snapshot_date, n.source, n.scope, n.models, f.absent, r.pages,
  epoch(r.finished_at) - epoch(r.started_at) as walk_seconds, r.rows_quarantined as quarantined, q.clock_skew_seconds,
  q.stale_pages, q.stalest_seconds, f.stalled_share, f.most_stalled, f.fell, f.recovered
from nights as n
left join runs as r on r.run_id = n.run_id
left join night_quality as q on q.run_id = n.run_id
left join (
  select
    snapshot_date, source, scope, sum(unmoved) / nullif(sum(movers), 0) as stalled_share,
    max(unmoved / nullif(movers, 0)) filter (where movers >= 20) as most_stalled,
    sum(fell)::bigint as fell, sum(recovered)::bigint as recovered, sum(absent)::bigint as absent
  from flow_classes
  group by snapshot_date, source, scope
) as f on f.snapshot_date = n.snapshot_date and f.source = n.source and f.scope = n.scope
order by n.snapshot_date, n.source, n.scope
""",
    "open_rollup": """
from daily_rollup
where snapshot_date >= (select date_trunc('month', max(snapshot_date)) from nights)
  and snapshot_date not in (select day from rollup_months where day is not null)
""",
    "open_families": "from daily_families order by snapshot_date, line",
    "flow_chains": "from flow_chains order by all",
    "flow_classes": "from flow_classes order by source, scope, snapshot_date, cohort",
    "flow_incidents": "from flow_incidents order by source, scope, first_label, kind, cohort, model_key",
    "flow_days": "select *, label + 1 as snapshot_date from flow_days order by source, scope, cohort, label, flag",
    **{
        table: f"""
from {rollup}
where {rollup_files.day_column(rollup)} >= (select date_trunc('month', max(snapshot_date)) from nights)
order by {rollup_files.ORDER[rollup]}
"""
        for rollup, table in rollup_files.OPEN.items()
        if rollup.startswith(("flow_", "daily_flow"))
    },
    "watch_matches": "from watch_matches order by snapshot_date, watch_id, point, subject, match_id",
    "restatements": 'from restatements order by restated_on, generation, run_id, figure, period, "key", class, reason',
    "derivatives_vintages": "from derivatives_vintages order by generation, month, family",
    "former_names": "from former_names order by model_id, until",
    "families": """
with own as materialized ( -- what the developers of lines publish themselves, by line and class
  select own_line, own_family, license_class, sum(coalesce(downloads_30d, 0)) as downloads
  from fresh.models
  where publisher_organization = developer and removed_at is null and own_line not in ('unknown', 'unreviewed')
  group by own_line, own_family, license_class
),
counted as (
  select line, license_class, sum(downloads) as downloads
  from (
    select own_line as line, license_class, downloads from own
    union all
    select own_family, license_class, downloads from own where own_family <> own_line
  ) as named
  group by line, license_class
),
first as (
  select line, license_class, downloads / nullif(sum(downloads) over (partition by line), 0) as license_class_share
  from counted
  qualify row_number() over (partition by line order by downloads desc, license_class) = 1
)
select f.*, first.license_class, first.license_class_share
from families as f
left join first on first.line = f.line
order by f.line
""",
    "licenses": "select * exclude (terms, holds_from, holds_until) from licenses order by number",
    "license_tags": "from license_tags order by tag",
    "stub_licenses": """
select s.name, l.number as license_row, l.license_class
from stub_verdicts as s
join licenses as l on l.terms = s.license_terms
where (select max(snapshot_date) from nights) between l.holds_from and l.holds_until - 1
order by s.name
""",
    "signal_names": """
with named as (
  select distinct lower(model_id) as name from signal_names where model_id is not null
),
here as ( -- as the Hub spells a repository now, whatever case or former name a source has
  select lower(model_id) as name, model_id, removed_at, null::date as until
  from model_facts
  where lower(model_id) in (select name from named)
  union all
  select lower(f.model_id), m.model_id, m.removed_at, f.until
  from former_names as f
  join model_facts as m on m.model_key = f.model_key
  where lower(f.model_id) in (select name from named)
),
present as (
  select name, model_id
  from here
  qualify row_number() over (
    partition by name order by until desc nulls first, removed_at desc nulls first, model_id
  ) = 1
)
select n.* replace (coalesce(p.model_id, n.model_id) as model_id)
from signal_names as n
left join present as p on p.name = lower(n.model_id)
order by n.signal, n.name
""",
    "counting_rules": """
with counted as (
  select lower(library_name) as library, count(*) as models, sum(downloads_30d) as downloads_30d
  from fresh.models
  where last_seen = (select max(snapshot_date) from nights)
  group by all
)
select
  r.*,
  if(r.library = 'all', (select sum(models) from counted), coalesce(c.models, 0)) as models,
  if(r.library = 'all', (select sum(downloads_30d) from counted), coalesce(c.downloads_30d, 0)) as downloads_30d
from counting_rules as r
left join counted as c on c.library = lower(r.library)
order by r.number
""",
    "counted_libraries": """
with mine as (
  select
    model_key, lower(library_name) as library, downloads_30d, publisher_country, is_root, own_family, own_line,
    developer, origin_country
  from fresh.models
  where lower(library_name) in (select lower(library) from counting_rules)
    and last_seen = (select max(snapshot_date) from nights)
),
credited as (
  select m.library, l.family, l.line, l.developer, l.origin_country, m.publisher_country, l.credit, m.downloads_30d
  from mine as m
  join fresh.lineage_rows as l on l.model_key = m.model_key
  union all
  select library, own_family, own_line, developer, origin_country, publisher_country, 1000000000, downloads_30d
  from mine
  where is_root
)
select
  library, family, line, developer, origin_country, publisher_country, sum(credit) as models_credit,
  sum(credit::decimal(38, 0) * coalesce(downloads_30d, 0)) as downloads_30d_credit
from credited
group by all
order by all
""",
    "organizations": "from organizations order by namespace, valid_from",
    "countries": "from countries order by country",
    "definitions": "from definitions order by name",
    "record_files": """
select snapshot_date, null::date as month, file, models, sha256, bytes from nights where is_preferred
union all
select null, month, file, models, sha256, bytes from """
    + months.SHOWN
    + """
order by all
""",
    "rollup_files": "select * exclude (day) from rollup_months order by month, rollup, day",
    "source_facts": """
select s.*, d.snapshot_date
from sources as s
left join (
  select source, max(snapshot_date) as snapshot_date
  from (select source, snapshot_date from nights union all select source, snapshot_date from source_files)
  group by source
) as d on d.source = s.name
order by s.name
""",
    "source_tables": "from source_tables order by table_name",
    "source_files": "from source_files order by table_name, snapshot_date, run_id",
}
