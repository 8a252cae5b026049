-- Typed rows of the Hub's model list, one per record.
-- The source yields page, position and r, the record with every value as text; the identity is the hub_id where
-- the record may be believed as it stands, else null: such records are looked at one by one (see records.py).
select
  {identity} as hub_id,
  r.id as model_id,
  case when contains(r.id, '/') then split_part(r.id, '/', 1) else '' end as publisher,
  * exclude (page, position, r),
  page,
  position
from (
  select
    try_cast(r."createdAt" as timestamptz) as created_at,
    try_cast(r."lastModified" as timestamptz) as last_modified,
    try_cast(r.downloads as bigint) as downloads_30d,
    try_cast(r."downloadsAllTime" as bigint) as downloads_all_time,
    try_cast(r.likes as bigint) as likes,
    try_cast(r."trendingScore" as double) as trending_score,
    r.pipeline_tag as pipeline_tag,
    r.library_name as library_name,
    r.gated as gated,
    r.private = 'true' as private,
    r.disabled = 'true' as disabled,
    r.sha as sha,
    r.tags as tags,
    try_cast(r.safetensors.total as bigint) as parameters,
    r."baseModels".relation as base_relation,
    list_transform(r."baseModels".models, lambda m: {'hub_id': m._id, 'model_id': m.id}) as base_models,
    page,
    position,
    r
  from ({source})
)
