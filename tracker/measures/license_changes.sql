-- title: When the terms of published weights changed
-- grain: one row per change of one name's terms, the newest first
-- unit: changed_on: first day of the new terms; moved: freer, stricter or same by class, untold where one is unknown
-- $family family = none: of this family alone
with ladder as (
  select 'open-source' as license_class, 0 as place
  union all
  select 'permissive-weights', 1
  union all
  select 'restricted', 2
  union all
  select 'non-commercial', 3
),
terms as (
  select
    licenses.number,
    licenses.family,
    licenses.pattern,
    licenses.valid_from,
    licenses.license,
    licenses.license_class,
    licenses.source_url,
    ladder.place,
    lag(licenses.license) over of_name as license_before,
    lag(licenses.license_class) over of_name as class_before,
    lag(ladder.place) over of_name as place_before,
    row_number() over of_name as turn
  from licenses
  left join ladder on ladder.license_class = licenses.license_class
  window of_name as (partition by lower(licenses.pattern) order by licenses.valid_from nulls first, licenses.number)
)
select
  family,
  pattern,
  valid_from as changed_on,
  license_before,
  class_before,
  license,
  license_class,
  case
    when place is null or place_before is null then 'untold'
    when place < place_before then 'freer'
    when place > place_before then 'stricter'
    else 'same'
  end as moved,
  source_url
from terms
where turn > 1 and ($family is null or family = $family)
order by changed_on desc, pattern
