-- title: Nights of the record, and what the gates noticed of them
-- grain: one row per night, scope and remark; one without a remark where nothing was noticed
-- unit: models: models that the night holds
-- $first night = none: from this night on; without it from the first
-- $until night = snapshot: up to this one
select
  nights.snapshot_date,
  nights.scope,
  nights.models,
  night_remarks.gate,
  night_remarks.remark
from nights
left join night_remarks
  on night_remarks.snapshot_date = nights.snapshot_date
  and night_remarks.source = nights.source
  and night_remarks.scope = nights.scope
where nights.snapshot_date <= $until and ($first is null or nights.snapshot_date >= $first)
order by nights.snapshot_date, nights.scope, night_remarks.gate, night_remarks.remark
