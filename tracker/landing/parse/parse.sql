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
    {columns},
    page,
    position,
    r
  from ({source})
)
