-- work.duckdb as the collector first made it. Facts carry no index: uniqueness is checked by query, order does the pruning.

-- one row per fact about this data folder: endpoint, synthetic, generation, registry_version
create table folder (key varchar, value varchar);

-- one row per run of a source
create table runs (
  run_id varchar, source varchar, endpoint varchar, scope varchar, snapshot_date date,
  started_at timestamptz, finished_at timestamptz, status varchar,
  rows_landed bigint, rows_loaded bigint, rows_quarantined bigint, reason varchar,
  pages bigint, requests bigint, rate_limited bigint, synthetic boolean
);

-- one row per identity that a source has used: append only, a key is never given twice nor taken back
create table keys (hub_id varchar, model_key integer);

-- one row per model ever seen, as of the newest night
create table models (
  model_key integer, hub_id varchar, model_id varchar, publisher varchar,
  created_at timestamptz, last_modified timestamptz, pipeline_tag varchar, library_name varchar, license varchar,
  parameters bigint, gated varchar, disabled boolean, private boolean,
  downloads_30d bigint, downloads_all_time bigint, likes bigint, trending_score double,
  first_seen date, last_seen date, removed_at date, removal varchar,
  valid_from date, tags_by ubigint, claims_by ubigint
);

-- the same as of the night before the newest: loading the newest night again starts from here
create table models_before as from models;

-- one row per model: its tags now
create table tags (model_key integer, tags varchar[]);

-- one row per model and past description, up to the night before valid_to; tags null: as in the description after it
create table model_versions (
  model_key integer, valid_from date, valid_to date, model_id varchar, pipeline_tag varchar, library_name varchar,
  license varchar, parameters bigint, gated varchar, disabled boolean, private boolean, tags varchar[]
);

-- one row per model, declared parent and relation, as of the model's newest night; valid_from dates the whole list
create table edges (
  model_key integer, parent_id varchar, parent_hub_id varchar, relation varchar, evidence varchar, ordinal smallint,
  first_seen date, valid_from date
);

-- one row per claim in a list of claims that a model no longer makes as a whole, up to the night before valid_to
create table edge_versions (
  model_key integer, parent_id varchar, parent_hub_id varchar, relation varchar, evidence varchar, ordinal smallint,
  first_seen date, valid_from date, valid_to date
);

-- one row per name that a model no longer has
create table former_names (model_key integer, model_id varchar, until date);

-- one row per change between one night and the next
create table events (
  snapshot_date date, model_key integer, model_id varchar, kind varchar, "before" varchar, "after" varchar
);

-- one row per snapshot_date, source and scope: the record file that holds it
create table nights (
  snapshot_date date, run_id varchar, source varchar, scope varchar, models bigint, downloads_30d bigint,
  downloads_all_time bigint, likes bigint, file varchar, sha256 varchar, bytes bigint, is_preferred boolean
);

-- one row per closed month: its second copy, by model; `made_of` names the nightly files it was made of
create table months (month date, file varchar, models bigint, sha256 varchar, bytes bigint, made_of varchar[]);

-- record files that were replaced, to be deleted once no kept generation names them
create table retired_files (file varchar, generation integer);

-- one row per model and root; families are positions in lineage_families, -1 unreviewed, -2 unknown
create table lineage (
  variant varchar, model_key integer, root_key integer, root_name varchar, weight double, depth integer,
  status varchar, evidence varchar, family smallint, relation varchar, via_key integer, via_name varchar,
  self_reference boolean, in_cycle boolean
);

-- one row per model and nearest registered family
create table nearest (variant varchar, model_key integer, family smallint, weight double);

-- one row per model of whose own name the registry speaks
create table verdicts (model_key integer, family smallint, is_mirror boolean);

-- one row per name of a parent that no snapshot has seen and of which the registry speaks
create table stub_verdicts (name varchar, family smallint);

-- one row per position of a family in the registry that lineage was resolved with
create table lineage_families (family smallint, name varchar, developer varchar, country varchar);

-- the registry's own tables, as of the version in folder
create table families (
  family varchar, parent varchar, top_family varchar, developer varchar, country varchar, modality varchar,
  first_release varchar
);
create table organizations (namespace varchar, organization varchar, kind varchar, country varchar, valid_from date);
create table publishers (namespace varchar, organization varchar, kind varchar, country varchar);
create table countries (country varchar, name varchar, region varchar, eu boolean);

-- one row per group that rollups count by
create table rollup_groups (
  group_number integer, family varchar, developer varchar, origin_country varchar, publisher_country varchar,
  relation varchar, pipeline_tag varchar
);

-- one row per model and root: which group is credited with how much of it
create table credits (model_key integer, group_number integer, weight double, created_on date);

-- one row per snapshot_date and group
create table daily_rollup (
  snapshot_date date, family varchar, developer varchar, origin_country varchar, publisher_country varchar,
  relation varchar, pipeline_tag varchar, models double, new_models double, derivatives double,
  downloads_30d double, downloads_all_time double, likes double, models_n bigint
);

-- one row per snapshot_date, family, developer and origin country
create table daily_families (
  snapshot_date date, family varchar, developer varchar, origin_country varchar,
  models double, new_models double, derivatives double, downloads_30d double, downloads_all_time double, likes double,
  models_n bigint
);

-- one row per snapshot_date that is rolled up, with the run and the registry it was made of
create table rollup_nights (snapshot_date date, run_id varchar, registry_version varchar);

-- one row per named definition, as in the registry
create table definitions (
  name varchar, version varchar, title varchar, measure varchar, universe varchar, counts varchar, edge varchar,
  relations varchar, credit varchar, mirrors varchar, two_origin varchar, inferred varchar, own_organization
  varchar, removed varchar, min_downloads varchar, counter varchar, denominator varchar, listed varchar, time_axis
  varchar, group_by varchar, needs_list varchar, unpublished varchar, source_url varchar, reviewed_on varchar, notes
  varchar
);
