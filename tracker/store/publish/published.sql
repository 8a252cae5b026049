-- The published copy: every table, in the order it is built.
-- The remark after a name becomes that relation's or column's comment (`tracker schema` prints them).
-- Compressions are named where a model has a row: left to choose, duckdb tries each of them on each text, for as long
-- as everything else takes. Names hardly repeat, words do.
-- A family is the whole (Qwen), a line the finest registered part of one (Qwen3), for what has no finer part the family
-- itself; 'unknown' (reviewed, no defensible answer) or 'unreviewed' (no registry row yet) in both.
-- Countries are ISO 3166-1 alpha-2, 'unknown' (reviewed, no defensible answer) or 'unreviewed' (no registry row yet).

create table about ( -- one row per fact about this copy
  key varchar, -- snapshot_date, scope, source, registry_version, generation, copy_id, synthetic, endpoint, tracker_version, data_dir
  value varchar -- its value as text
);

create table models ( -- one row per model ever seen, removed ones included
  model_key integer, -- this database's number for the model: never reused, survives renames; join on it
  model_id varchar using compression fsst, -- present name, namespace/name, exact case
  hub_id varchar using compression fsst, -- the Hub's own id (or name:<model_id> where a source has none, with @<moment of creation> where another had the name): the only identity that survives a rename
  publisher varchar using compression dictionary, -- namespace that uploaded it ('' for the few names without one)
  publisher_organization varchar using compression dictionary, -- organization the namespace belongs to, or 'unreviewed'
  publisher_country varchar using compression dictionary, -- country of the uploader, never of the model's origin
  publisher_kind varchar using compression dictionary, -- company university institute nonprofit collective individual government, or 'unreviewed'
  -- columns: description
  first_seen date, -- first snapshot_date that has it, of ours or of an archive
  last_seen date, -- last snapshot_date that has it, of ours or of an archive
  removed_at date, -- first full snapshot_date of ours that no longer has it; null while it is there
  removal varchar using compression dictionary, -- why removed_at is set: gone, disabled, replaced, or unconfirmed (absent, not asked for by name)
  -- columns: counters
  relation varchar using compression dictionary, -- declared relation to its first parent: finetune adapter quantized merge, or other where the Hub names none; null without a parent
  own_family varchar using compression dictionary, -- what the registry says of this repository by its own name (not through lineage), of a re-upload whose original is not in the record by the original's: the family (Qwen), 'unknown' or 'unreviewed'
  own_line varchar using compression dictionary, -- the line of that family (Qwen3), the family itself where no finer part is registered
  developer varchar using compression dictionary, -- developer of own_line
  origin_country varchar using compression dictionary, -- country of that developer
  license_class varchar using compression dictionary, -- what the licence of its weights leaves to whoever takes them, as of the latest snapshot: open-source, permissive-weights, restricted, non-commercial, 'unknown' (reviewed, no defensible answer) or 'unreviewed'
  license_from varchar using compression dictionary, -- what says so: tag (license, by license_tags) or table (license_row); null where it is unreviewed
  license_row integer, -- row of licenses that speaks of it on that day, whether or not the tag comes first; null for none: a derivative inherits nothing
  license_class_created varchar using compression dictionary, -- the class when it was created: of terms that have ended since theirs, else license_class
  is_mirror boolean, -- a registry rule says whose weights this re-upload holds
  is_root boolean, -- no parent counts, and its weights are its own line's: the views lineage and nearest show it as its own root
  self_reference boolean, -- a root that names itself as parent; that declaration is dropped
  created_month date -- first day of the month of created_at (UTC)
);

create table parents ( -- one row per model, parent and relation as of the model's latest snapshot
  model_key integer, -- the derivative
  model_id varchar using compression fsst, -- its present name
  parent_key integer, -- the parent; null where it is not (or never was seen) on the Hub
  parent_id varchar using compression dictionary, -- the parent's present name, or the name as declared where it is not known
  parent_is_hub_id boolean, -- false: a path, an address or a tag of another tool, which can be no model's id
  relation varchar using compression dictionary, -- finetune adapter quantized merge, or other where the Hub names none
  evidence varchar using compression dictionary, -- hub (structured, with id) or tag (base_model:...)
  ordinal smallint, -- position among the model's declared parents, 0 first
  first_seen date, -- first snapshot_date that declares it
  last_seen date, -- last snapshot_date that declares it
  parent_publisher varchar using compression dictionary, -- namespace of the parent
  parent_family varchar using compression dictionary, -- what the registry says of the parent by its own name: its family
  parent_line varchar using compression dictionary, -- the line of that family
  parent_developer varchar using compression dictionary, -- developer of that line
  parent_country varchar using compression dictionary -- country of that developer
);

create table lineage_rows ( -- one row per model and root, for models that are no roots: read the view lineage
  model_key integer, -- the model
  model_id varchar using compression fsst, -- its present name
  root_key integer, -- the root; null where it is a name that is not on the Hub
  root_id varchar using compression dictionary, -- name of the root
  credit integer, -- units of the model's credit that are this root's, of 10^9; a model's sum to all of them, and what is left over goes by root name
  weight double generated always as (credit / 1e9) virtual, -- share of the model credited to this root: credit / 10^9
  depth integer, -- steps from the model to the root, longest path; 0 for a root
  status varchar using compression dictionary, -- root (of a line on other weights), derived, dangling (parent not on the Hub), outside (parent not covered by the scope) or cycle
  evidence varchar using compression dictionary, -- weakest link on the path: override hub tag mirror inferred; null for a root
  family varchar using compression dictionary, -- the family (Qwen) of the root's weights, 'unknown' or 'unreviewed'
  line varchar using compression dictionary, -- the line (Qwen3) of the root's weights, the family itself where no finer part is registered
  developer varchar using compression dictionary, -- organization whose weights the root has: of that line
  origin_country varchar using compression dictionary, -- country of that developer
  relation varchar using compression dictionary, -- relation of the model to via: finetune adapter quantized merge copy other; null for a root
  created_month date, -- first day of the month in which the model was created (UTC)
  via varchar using compression dictionary, -- the parent through which this root is reached (the heaviest, then the first by name); null for a root
  self_reference boolean, -- the model named itself as parent; that declaration is dropped
  in_cycle boolean -- the declared parents lead back to the model; broken at the youngest declaration
);

create table lineage_variant_rows ( -- as lineage_rows, for the models whose answer differs from the default
  variant varchar using compression dictionary, -- as_uploaded (mirrors are roots of their own), teacher (distillation counts as parentage) or inferred (names and architectures count)
  -- like: lineage_rows, model_key to depth
  status varchar using compression dictionary, -- root, derived, dangling, outside or cycle
  evidence varchar using compression dictionary, -- weakest link on the path; null for a root
  family varchar using compression dictionary, -- the family (Qwen) of the root's weights, 'unknown' or 'unreviewed'
  line varchar using compression dictionary, -- the line (Qwen3) of the root's weights, the family itself where no finer part is registered
  -- like: lineage_rows, developer to created_month
  via varchar using compression dictionary, -- the parent through which this root is reached; null for a root
  self_reference boolean, -- the model named itself as parent; that declaration is dropped
  in_cycle boolean -- the declared parents lead back to the model
);

create table edges ( -- one row per model and parent that counts, after the ladder of evidence: corrections, re-uploads and cut circles included
  model_key integer, -- the derivative; null where no snapshot has seen it and a rule or a correction names its parent
  model_id varchar using compression fsst, -- its present name, or the name by which others declare it
  parent_key integer, -- the parent; null where it is a name that is not on the Hub
  parent_id varchar using compression dictionary, -- name of the parent
  relation varchar using compression dictionary, -- finetune adapter quantized merge copy (a re-upload) or other
  evidence varchar using compression dictionary, -- override hub tag mirror or inferred
  credit integer, -- units of the model's credit that go to this parent, of 10^9; each has an equal part, and what is left over goes by name
  weight double generated always as (credit / 1e9) virtual -- share of the model credited to this parent: credit / 10^9
);

create table edge_variants ( -- as edges, for the models whose edges or roots differ from the default
  variant varchar using compression dictionary, -- as_uploaded, teacher or inferred
  -- like: edges, model_key to parent_id
  relation varchar using compression dictionary, -- finetune adapter quantized merge copy or other
  evidence varchar using compression dictionary, -- override hub tag mirror or inferred
  -- like: edges, credit to weight
);

create table nearest_rows ( -- one row per model and nearest registered line by brand, for models that are no roots: read the view nearest
  model_key integer, -- the model
  model_id varchar using compression fsst, -- its present name
  family varchar using compression dictionary, -- the family of that line, 'unknown' or 'unreviewed' where none is met
  line varchar using compression dictionary, -- the first line that a name on the way up belongs to, the model's own name included
  developer varchar using compression dictionary, -- developer of that line
  origin_country varchar using compression dictionary, -- country of that developer
  credit integer, -- units of the model's credit that are this line's, of 10^9; a model's sum to all of them
  weight double generated always as (credit / 1e9) virtual -- share of the model credited to this line: credit / 10^9
);

create table nearest_variants ( -- as nearest, for the models whose answer differs from the default
  variant varchar using compression dictionary, -- as_uploaded, teacher or inferred
  -- like: nearest_rows, model_key to model_id
  -- like: nearest_rows, family to origin_country
  -- like: nearest_rows, credit to weight
);

create table events ( -- one row per change between one snapshot and the next
  snapshot_date date, -- first snapshot that shows the change
  model_key integer, -- the model
  model_id varchar, -- its name after the change
  kind varchar, -- created appeared renamed removed returned reparented gated disabled private name_reused
  before varchar, -- value before, as text
  after varchar -- value after, as text
);

create table runs ( -- one row per run of a source, refused and failed ones included
  run_id varchar, -- <UTC start>-<6 hex>
  source varchar, -- hub_models, or the name of a backfill source
  endpoint varchar, -- address that was asked
  scope varchar, -- full, top:N or publisher:NAME
  snapshot_date date, -- UTC day the run speaks for
  started_at timestamptz, -- first request
  finished_at timestamptz, -- last page landed
  status varchar, -- running landed loaded published refused failed interrupted
  rows_landed bigint, -- models landed
  rows_loaded bigint, -- models loaded
  rows_quarantined bigint, -- items that could not be read, kept in quarantine.jsonl
  reason varchar, -- why it was refused or failed, null otherwise
  pages bigint, -- pages read
  requests bigint, -- requests sent, retries included
  rate_limited bigint, -- answers 429
  synthetic boolean -- the source marks its answers as synthetic demo data
);

create table nights ( -- one row per snapshot_date that this copy can answer for; a missing date is a gap
  snapshot_date date, -- UTC day
  run_id varchar, -- the run preferred for the day
  source varchar, -- its source
  scope varchar, -- its scope
  models bigint, -- models it holds
  downloads_30d bigint, -- sum of downloads_30d
  downloads_all_time bigint, -- sum of downloads_all_time
  likes bigint, -- sum of likes
  file varchar, -- its record file, relative to the data folder
  registry_version varchar -- registry that its rollup was made with; that of a night before a change until `tracker resolve`
);

create table recorded_nights ( -- one row per snapshot_date, source and scope of the record, those included that are not preferred for their day
  snapshot_date date, -- UTC day
  source varchar, -- its source
  scope varchar, -- its scope
  run_id varchar, -- its run
  models bigint, -- models it holds
  downloads_30d bigint, -- sum of downloads_30d
  downloads_all_time bigint, -- sum of downloads_all_time; null where the source does not count them
  likes bigint, -- sum of likes
  is_preferred boolean -- it stands for its day in nights, snapshots and rollups
);

create table agreements ( -- one row per snapshot_date and two sources that cover it in the same scope: how far they agree
  snapshot_date date, -- UTC day
  source varchar, -- the one source
  other varchar, -- the other one, later in the alphabet
  scope varchar, -- of both
  models bigint, -- models of the one
  other_models bigint, -- models of the other
  in_both bigint, -- models of both
  median_difference double, -- median of the difference of downloads_30d, in parts of the larger one, over models in both that have any
  p95_difference double -- its 95th percentile
);

create table night_remarks ( -- one row per night and gate that did not pass it, though it was loaded
  snapshot_date date, -- UTC day
  source varchar, -- its source
  scope varchar, -- its scope; a night that is not preferred for its day has remarks too
  gate varchar, -- name of the gate
  remark varchar, -- what it noticed, with the numbers; labels of night_labels stand here too, on the night that shows them
  forced boolean -- the gate would have refused the night: it was loaded with --force
);

create table night_labels ( -- one row per label: what happened that figures of the time should be read with, never left out by itself
  label varchar, -- 'bulk upload' (an account with 1,000 new models in seven days, or 5 % and 100 of a day's) or 'mass deletion' (a night that lost five times what nights usually lose)
  first_day date, -- UTC day on which it began; of a deletion the day after the night before
  last_day date, -- UTC day on which it was last seen
  publisher varchar, -- account that uploaded; null for a deletion
  models bigint, -- models that came or went
  usual double, -- what nights before lost, the median; null for an upload
  share double, -- greatest part of a day's new models, 0 to 1; null for a deletion
  remark varchar -- the same in a sentence
);

create table night_quality ( -- one row per night, source and scope: how well it was walked; null where that was not noted, as of nights that were loaded before it was or come from an archive
  snapshot_date date, -- UTC day
  source varchar, -- its source
  scope varchar, -- its scope; a night that is not preferred for its day has a row too
  models bigint, -- models it holds
  absent bigint, -- models that the night before it of its source and scope held and it does not; null for a first night
  pages bigint, -- pages read
  walk_seconds double, -- from the first request to the last page, all sittings
  quarantined bigint, -- items that could not be read
  clock_skew_seconds double, -- how far this machine's clock was ahead of the Hub's (negative: behind); null for a made-up Hub
  stale_pages bigint, -- pages that a cache before the Hub had made more than an hour before the walk began
  stalest_seconds double, -- how long before it the oldest of them was made; 0 for none
  stalled_share double, -- of the models that usually move (movers of flow_classes), those whose counter stands still, 0 to 1; null for a first night
  most_stalled double, -- the same of the class of models of which most stand still, of classes of twenty or more
  fell bigint, -- models whose all-time counter fell since the night before
  recovered bigint -- models whose counter is back from a fall
);

create table open_rollup ( -- the rows of daily_rollup that no file holds: none, each night has one: read the view daily_rollup
  snapshot_date date, -- UTC day
  family varchar, -- the family of the root's weights, 'unknown' or 'unreviewed'
  line varchar, -- the line of the root's weights
  developer varchar, -- organization whose weights the root has: of that line
  origin_country varchar, -- country of that developer
  publisher_country varchar, -- country of the uploader
  relation varchar, -- relation of the model to its parent, 'root' for none
  pipeline_tag varchar, -- task as the Hub names it now, '' for none
  models_credit bigint, -- units of credit of its models, of 10^9 a model
  new_models_credit bigint, -- the same of new_models
  derivatives_credit bigint, -- the same of derivatives
  downloads_30d_credit decimal(38, 0), -- sum of downloads_30d times credit, of 10^9 a download
  downloads_all_time_credit decimal(38, 0), -- the same of downloads_all_time
  likes_credit decimal(38, 0), -- the same of likes
  models_n bigint -- model and root pairs, unweighted
);

create table open_families ( -- the rows of daily_families: read that view
  -- like: open_rollup, snapshot_date to origin_country
  -- like: open_rollup, models_credit to models_n
);

create table restatements ( -- one row per published figure that was changed later; null on either side: there was none, or is none; a 0 that comes or goes is left out
  restated_on date, -- day of the copy that showed it first; what was said before is in the one before
  generation integer, -- its number; 0 of what was noted before there were numbers
  run_id varchar, -- the last run of `runs` that changed it; null where none did, as for a change of the registry
  figure varchar, -- table and column: nights, daily_families, events (changes of a kind), daily_flow (settled downloads), lineage (derivatives by the month of their creation and by family, or country of origin), definitions (a share that a changed definition gives) or models.private (how many were dropped)
  period date, -- the night of the figure, of daily_flow the day; of lineage and definitions first day of the month
  key varchar, -- of what it is: the scope, the family, the country, the kind of change or the source
  before double, -- what was published last
  after double, -- what is published now
  class varchar, -- source (a night collected again), routine (what came late, or settled), method (another rule, definition or method; new rows of the registry) or correction (changed rows of the registry, a forgotten night, private repositories)
  reason varchar -- why, in words; where several causes cannot be told apart, all of them
);

create table derivatives_vintages ( -- one row per copy, month and family of which it said another number of derivatives than the copy before: how a month was told while it ran, and since
  said_on date, -- day of the copy
  generation integer, -- its number
  month date, -- first day of the month in which the models were created
  family varchar, -- the family of the root's weights, 'unknown' or 'unreviewed'
  derivatives double -- new derivatives of the month by the default definition as it ships; 0 where it tells of none any more
);

create table watch_matches ( -- one row per watch and thing that it found: told once, and kept whatever becomes of the night
  match_id varchar, -- the same for the same watch, thing and point
  watch_id varchar, -- the watch: see `tracker watch list`
  kind varchar, -- removed publisher derivatives-of overtakes share-of
  watch varchar, -- what it watches for, as `tracker watch add` was asked
  snapshot_date date, -- the night that showed it
  point varchar, -- the day (YYYY-MM-DD) or month (YYYY-MM) that it is of
  subject varchar, -- the model or family that it found
  hub_id varchar, -- the Hub's id of the model, null for a family
  value double, -- the number that it rests on: downloads of 30 days of a model, derivatives of a window, a share (0 to 1) or points of it
  text varchar, -- the same in a sentence
  found_at timestamptz -- when it was found
);

create table former_names ( -- one row per name that a model no longer has
  model_key integer, -- the model
  model_id varchar, -- the former name
  until date -- first snapshot_date without it
);

create table families ( -- one row per line, a family being the line of its own name; 'unknown' and 'unreviewed' too, so that a join on line loses nothing
  line varchar, -- name
  parent varchar, -- the line it is a part of; null for a family
  family varchar, -- the family at the top of that chain
  developer varchar, -- organization that trains it
  country varchar, -- country of the developer
  modality varchar, -- text code vision-language embedding reranking speech audio image video time-series robotics biology multimodal other
  first_release varchar, -- YYYY-MM-DD or YYYY-MM
  weights_line varchar, -- the line whose weights it continues in the end; itself where it was trained from scratch, or where no row says more
  weights_family varchar, -- the family of that line, which lineage speaks of; family is the brand, which nearest and models.own_family speak of
  from_scratch boolean, -- a row says that weights_line was trained from scratch; false where nobody has said so
  license_class varchar, -- class of licence that most downloads_30d of its developer's own models have, a family's with those of its lines; null where none is on the Hub
  license_class_share double -- part of these downloads, 0 to 1
);

create table licenses ( -- one row per term of the registry's licences: what a publisher's text allows, and from when
  number integer, -- its number in this copy: models.license_row names it
  pattern varchar, -- the repositories it speaks of, or the line whose developer's models it speaks of; more specific ones come first
  family varchar, -- the family of line
  line varchar, -- that line, or the one such repositories belong to, or 'unreviewed'
  license varchar, -- SPDX identifier, or LicenseRef-... where there is none
  license_class varchar, -- open-source permissive-weights restricted non-commercial, or 'unknown' (reviewed, no defensible answer)
  user_threshold varchar, -- line of users or revenue, as the text has it; null where it draws none
  field_of_use varchar, -- uses that it limits
  territory varchar, -- countries that it leaves out
  naming varchar, -- what has to be shown, or kept in names
  output_training varchar, -- whether outputs may train other models
  valid_from date, -- from when it holds; null for always; before the first of a pattern that one is taken to hold
  valid_to date, -- first day on which it does not hold any more; null where it still does
  exception boolean, -- it comes before the Hub's tag, which is wrong
  source_url varchar, -- the text, or the page that says so
  verified varchar, -- how the reviewer knows it: page paper recorded data knowledge
  reviewed_on date, -- when
  notes varchar -- remarks
);

create table license_tags ( -- one row per identifier of a licence that the Hub knows
  tag varchar, -- identifier, as in models.license
  spdx varchar, -- SPDX identifier; null where there is none
  license_class varchar, -- open-source permissive-weights restricted non-commercial, or 'unknown': it names no one licence
  osi_approved boolean, -- approved by the Open Source Initiative
  -- like: licenses, source_url to notes
);

create table stub_licenses ( -- one row per name that is declared as a parent, is not on the Hub, and that a row of licenses speaks of
  name varchar, -- the name, as edges.parent_id has it
  license_row integer, -- that row, as of the latest snapshot
  license_class varchar -- its class
);

create table signal_names ( -- one row per signal and name that it gives to a model: what the registry says of it
  signal varchar, -- table whose names these are: token_days, arena_ratings, index_scores, second_hub
  name varchar, -- name in that table
  model varchar, -- the same without variant and day of release: what they are summed to
  rule varchar, -- what answered: hub id, row, name, brand, namesake, relative, namespace, maker, none; or hidden, where the source does not tell who made it
  model_id varchar, -- repository on the Hub by its present name, where the source or a row of the registry names it; null for most
  maker varchar, -- organization that offers it, 'hidden' or 'unreviewed'
  maker_country varchar, -- its country, 'unknown' or 'unreviewed'
  family varchar, -- family by brand, 'unknown' or 'unreviewed'
  line varchar, -- line of that family
  developer varchar, -- organization whose weights it has; where no line is known, its maker
  origin_country varchar, -- country of that developer, 'unknown' or 'unreviewed'
  openness varchar, -- open (its weights are given out), closed, 'unknown' or 'unreviewed'
  license_class varchar, -- class of the source's own word for its licence, or proprietary; 'unreviewed' where it has none
  is_mirror boolean -- it stands in a namespace of re-uploads
);

create table token_sums ( -- one row per UTC day and group of models: what of its tokens went to a family, developer and country, to open or closed weights; sums over token_days_current, which may leave where its rows may not
  day date, -- UTC day on which the tokens were used
  family varchar, -- family by brand, 'unknown' or 'unreviewed'
  developer varchar, -- organization whose weights they are; where no line is known, who offers them
  origin_country varchar, -- country of that developer, 'unknown' or 'unreviewed'
  openness varchar, -- open (weights are given out), closed, 'unknown' or 'unreviewed'
  is_hidden boolean, -- the source does not tell who made them
  is_other boolean, -- all that a day does not name, as one
  slugs bigint, -- so many of its names are summed
  tokens bigint -- prompt and completion tokens, as each provider's tokenizer counts
);

create table second_hub_sums ( -- one row per day on which the second hub was asked and group of models: what of its downloads went to a family, developer and country; sums over second_hub, which may leave where its rows may not
  snapshot_date date, -- UTC day
  family varchar, -- family by brand, 'unknown' or 'unreviewed'
  developer varchar, -- organization whose weights they are
  origin_country varchar, -- country of that developer
  is_mirror boolean, -- they stand in a namespace of re-uploads
  models bigint, -- models that are summed
  downloads_all_time bigint -- downloads since the beginning, which are never added to the Hub's
);

create table counting_rules ( -- one row per change of what counts as a download: a step in every series of downloads that contains such models
  number integer, -- its number in this copy
  changed_on date, -- UTC day on which the change was published; the Hub follows within days, and counts days before too
  library varchar, -- library_name of the models that it concerns (in any case), or 'all'
  kind varchar, -- default (the files that count without a rule), new rule, changed rule, removed, retroactive or policy
  files varchar, -- globs of the files that count since, separated by blanks; null where the change names none
  change varchar, -- what changed, in one sentence
  -- like: licenses, source_url to notes
  models bigint, -- models of the library in the latest snapshot, all models for 'all'
  downloads_30d bigint -- their downloads_30d
);

create table counted_libraries ( -- one row per library that counting_rules names, line and country of publishers: how much of a series its rules concern
  library varchar, -- library_name in lower case
  -- like: open_rollup, family to publisher_country
  models_credit bigint, -- units of credit of its models in the latest snapshot, of 10^9 a model
  downloads_30d_credit decimal(38, 0) -- sum of their downloads_30d times credit, of 10^9 a download
);

create table organizations ( -- one row per reviewed namespace
  namespace varchar, -- as on the Hub
  organization varchar, -- who it belongs to
  kind varchar, -- company university institute nonprofit collective individual government
  country varchar, -- country
  valid_from date -- from when this holds; null for always
);

create table countries ( -- one row per country
  country varchar, -- ISO 3166-1 alpha-2
  name varchar, -- English name
  region varchar, -- region of the world
  eu boolean -- member of the European Union
);

create table record_files ( -- one row per file of the record that this copy reads
  snapshot_date date, -- the night of a nightly file, null for a month
  month date, -- the month of a month file, null for a night
  file varchar, -- relative to the data folder
  models bigint, -- rows
  sha256 varchar, -- of the file
  bytes bigint -- size of the file
);

create table part_files ( -- one row per table of models and part: the file that holds its rows; read the tables, which are views over these
  table_name varchar, -- models, parents, lineage_rows ...
  part integer, -- 0 for the whole table, then what changed since, each in the place of what the parts before say of its models
  file varchar, -- relative to the data folder
  rows bigint, -- rows
  sha256 varchar, -- of the file
  bytes bigint -- size of the file
);

create table changed_models ( -- one row per model that a later part than the first speaks of
  model_key integer, -- the model; 0 stands for the names that no snapshot has seen
  part smallint -- the part that holds its rows
);

create table newest_rows ( -- one row per row of the files of models, in their order: what moves from night to night
  model_key integer, -- the model
  is_shown boolean, -- no later part speaks of the model
  is_newest boolean, -- the newest snapshot has it
  -- columns: counters
);

create table flow_chains ( -- one row per source and scope that has nights which follow each other: how far flow reaches
  source varchar, -- the source
  scope varchar, -- full, top:N or publisher:NAME
  first_night date, -- the night that it begins with, which brings nothing
  newest_night date, -- the newest night
  unsettled_from date -- first day whose downloads may still be restated: of the newest three, or of an open incident; newest_night where another source has gone on for more than ten days
);

create table flow_classes ( -- one row per night after the first of its source and scope, and class of models: what incidents are judged by
  snapshot_date date, -- UTC day
  source varchar, -- source of the night and the one before
  scope varchar, -- scope of both
  cohort varchar, -- last month of its models' creation, 2022-03 to that month, unknown where the Hub does not say
  days integer, -- days since the night before
  models bigint, -- models in the night
  movers bigint, -- models with 300 downloads in 30 days on the night before, whose counter was honest then and is now
  unmoved bigint, -- of them: the counter is the same
  slowed bigint, -- of them: less than half of a usual day
  window_30d bigint, -- downloads of 30 days on the night before, of models with an honest counter on both
  increase bigint, -- downloads since the night before, of the same
  fell bigint, -- models whose counter fell
  fell_by bigint, -- downloads that they lost
  recovered bigint, -- models whose counter is back from a fall
  recovered_by bigint, -- downloads that had been lost and are there again
  absent bigint, -- models of the night before that this one lacks
  back bigint -- models that the night before lacked and that had been there
);

create table flow_incidents ( -- one row per incident of downloads: days of a class of models that are not plainly measured
  source varchar, -- source of its nights
  scope varchar, -- scope of its nights
  cohort varchar, -- the class, as in flow_classes; all: whatever the class; null for one model
  model_key integer, -- the model, of a spike where no all-time counter is known
  kind varchar, -- stall catch-up fall recovery partial spike
  first_label date, -- first day that it touches: a day is the one before the counter's
  last_label date, -- last day that it touches
  share double, -- of the models that are unmoved, fallen or absent; of what was lacking or lost where it arrives
  amount double, -- downloads that are lacking, arrive, are lost or come back; models that are absent
  is_open boolean, -- what has to come is not there yet
  spread_first date, -- first day of those that its downloads are spread over where they are settled
  spread_last date -- last day of those
);

create table flow_days ( -- one row per day of a class that an incident flags or spreads
  snapshot_date date, -- the night after the day, whose counters tell it
  source varchar, -- source of its nights
  scope varchar, -- scope of its nights
  cohort varchar, -- the class, as in flow_classes; all: whatever the class
  label date, -- the day: the one before the counter's
  flag varchar, -- stall or catch-up, for all classes fall, recovery or partial; null for a day between
  spread_first date, -- first day of those that its downloads are spread over, null where they are not
  spread_last date -- last day of those
);

create table open_flow_flags ( -- the rows of flow_flags that no file holds, those of the newest month: read that view
  snapshot_date date, -- UTC day
  source varchar, -- source of the night and those before
  scope varchar, -- scope of them
  model_key integer, -- the model
  flag varchar, -- new, fall, recovery, retroactive or spike
  days integer, -- days that the value speaks for: since the last honest counter, of a new model since its creation
  downloads bigint, -- downloads of those days; null where nothing is counted
  left_out bigint -- what is not counted: of a new model that is older than it was known its whole counter, of a fall that stays what was lost, of a retroactive value all
);

create table open_flow_families ( -- the rows of flow_families that no file holds, those of the newest month: read that view
  snapshot_date date, -- UTC day
  source varchar, -- source of the night and those before
  scope varchar, -- scope of them
  family varchar, -- the family of the root's weights, 'unknown' or 'unreviewed'
  line varchar, -- the line of the root's weights
  developer varchar, -- developer of that line
  origin_country varchar, -- country of that developer
  cohort varchar, -- class of the models, as in flow_classes
  flag varchar, -- ok, gap, or a flag of flow_flags
  days integer, -- days that the values speak for
  downloads_credit decimal(38, 0), -- sum of downloads times credit, of 10^9 a download
  left_out_credit decimal(38, 0), -- the same of what is left out
  models bigint -- model and root pairs with such a value, unweighted
);

create table open_flow_publishers ( -- the rows of flow_publishers that no file holds, those of the newest month: read that view
  snapshot_date date, -- UTC day
  source varchar, -- source of the night and those before
  scope varchar, -- scope of them
  publisher_country varchar, -- country of the uploader
  publisher varchar, -- namespace, of those that the registry names; '' for all others of a country
  cohort varchar, -- class of the models, as in flow_classes
  flag varchar, -- ok, gap, or a flag of flow_flags
  days integer, -- days that the values speak for
  downloads bigint, -- sum of downloads
  left_out bigint, -- sum of what is left out
  models bigint -- models with such a value
);

create table open_daily_flow ( -- the rows of daily_flow that no file holds, those of nights of the newest month: read that view
  month date, -- first day of the month of the nights that brought it, null where no sums are kept
  label date, -- the day: the one before the counter's
  source varchar, -- source of its nights
  scope varchar, -- scope of its nights
  family varchar, -- the family of the root's weights, 'unknown' or 'unreviewed'
  line varchar, -- the line of the root's weights
  developer varchar, -- developer of that line
  origin_country varchar, -- country of that developer
  downloads_credit decimal(38, 0), -- sum of downloads times credit, of 10^9 a download
  spread_credit decimal(38, 0), -- of them: spread over days
  left_out_credit decimal(38, 0) -- the same of what the night after brought and no day has
);

create table open_daily_flow_of_publishers ( -- the rows of daily_flow_of_publishers that no file holds, those of nights of the newest month: read that view
  month date, -- first day of the month of the nights that brought it, null where no sums are kept
  label date, -- the day: the one before the counter's
  source varchar, -- source of its nights
  scope varchar, -- scope of its nights
  publisher_country varchar, -- country of the uploader
  publisher varchar, -- namespace, of those that the registry names; '' for all others of a country
  downloads_credit decimal(38, 0), -- downloads times 10^9
  spread_credit decimal(38, 0), -- of them: spread over days
  left_out_credit decimal(38, 0) -- the same of what the night after brought and no day has
);

create table rollup_files ( -- one row per file of a rollup: of a closed month, or of daily_rollup of a night of the newest month
  month date, -- first day of the month
  rollup varchar, -- daily_rollup
  file varchar, -- relative to the data folder
  groups bigint, -- rows
  sha256 varchar, -- of the file
  bytes bigint -- size of the file
);

create table definitions ( -- one row per named definition of a share, as in the registry; all values as text
  name varchar, -- name of the definition
  version varchar, -- raised whenever a choice changes
  title varchar, -- what it counts, in one line
  measure varchar, -- what it measures: share, downloads or ram
  universe varchar, -- which models are looked at: all, llm, gguf, pipeline:NAME or library:NAME
  counts varchar, -- derivatives or models
  edge varchar, -- what a model is credited to: root, nearest line, direct parent, itself, or a name in its own name
  relations varchar, -- relations that count, or all
  credit varchar, -- fractional (shared), full (to each) or first (to the first)
  mirrors varchar, -- rolled_up (to whose weights they are) or as_uploaded
  two_origin varchar, -- weights, or teacher: distillation counts as parentage
  inferred varchar, -- whether inferred lineage counts: out or in
  own_organization varchar, -- whether a developer's own derivatives count: in or out
  removed varchar, -- whether removed models count: in, out, or only they
  min_downloads varchar, -- smallest number of downloads that counts, inclusive
  counter varchar, -- counter that min_downloads and sums are taken from
  denominator varchar, -- what a share is a share of
  listed varchar, -- groups that are listed
  time_axis varchar, -- month of a model: created, first_seen, or stock
  group_by varchar, -- what shares are shown by
  needs_list varchar, -- whether it needs a list of models that its author keeps
  unpublished varchar, -- choices that the author left open, with the values they may have
  source_url varchar, -- where the definition comes from
  reviewed_on varchar, -- when that was last read
  notes varchar -- remarks
);

create table source_facts ( -- one row per source, those that never answered included: read the view sources
  name varchar, -- as in runs
  title varchar, -- what it is
  url varchar, -- its own address, whatever address it was asked at
  licence varchar, -- of its data
  attribution varchar, -- line that goes with its figures wherever they are shown
  use_rights varchar, -- what may leave the machine: rows, share-alike (rows, under the same licence only), aggregates, none
  cadence_hours double, -- how often it is worth asking
  snapshot_date date -- newest day that this copy has of it
);

create table source_tables ( -- one row per table that a source gives
  source varchar, -- its name
  table_name varchar, -- name of the table; <table_name>_current has its newest vintage
  grain varchar, -- what a row is
  key varchar[], -- columns by which the newest rows are told; empty where the newest snapshot counts as a whole
  columns struct(name varchar, comment varchar, type varchar)[] -- its columns, without the vintage; type null where an earlier version noted them
);

create table source_files ( -- one row per run of a source and table: the file that holds its rows
  source varchar, -- its name
  table_name varchar, -- name of the table
  snapshot_date date, -- vintage: UTC day that the run speaks for
  run_id varchar, -- vintage: the run
  file varchar, -- relative to the data folder
  rows bigint, -- rows
  sha256 varchar, -- of the file
  bytes bigint, -- size of the file
  raw_sha256 varchar -- of the raw files that it was parsed from, names and hashes together
);
