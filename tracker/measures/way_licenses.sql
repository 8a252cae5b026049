-- title: What the weights of a model, and of all that it comes from, allow
-- grain: one row per model on its ways
-- unit: license: the tag as the Hub has it; terms and what follows: of the row of licenses that speaks of it
-- ask: tracker lineage MODEL
with recursive {reach},
known as ( -- an inner join: what stands outside is not read
  select
    reached.reached_key, models.model_id, models.license, models.license_class, models.license_from, models.license_row
  from {reached_nodes}
  join described_models as models on models.model_key = reached.reached_key
)
select
  coalesce(models.model_id, reached.reached_stub) as model_id,
  models.license,
  if(models.reached_key is null, coalesce(stubs.license_class, 'unreviewed'), models.license_class) as license_class,
  if(models.reached_key is null and stubs.name is not null, 'table', models.license_from) as license_from,
  terms.license as terms,
  terms.user_threshold,
  terms.field_of_use,
  terms.territory,
  terms.naming,
  terms.output_training,
  terms.valid_from,
  terms.source_url
from reached
left join known as models on models.reached_key = reached.reached_key
left join stub_licenses as stubs on stubs.name = reached.reached_stub
left join licenses as terms
  on terms.number = coalesce(models.license_row, stubs.license_row)
  and terms.license_class = if(models.reached_key is null, stubs.license_class, models.license_class)
order by model_id
