-- title: Who led when, and who passed whom
-- grain: one row per lead that lasted, and per two groups of which one has passed the other: the last time
-- unit: since, until and last are months or nights; lasted counts them; values are those of the last of them, of a lead that of its own
-- ask: tracker share --crossings, tracker trend --crossings
with series as (
  {series}
),
numbered as (
  select point, row_number() over (order by point) as place
  from (select distinct point from series) as points
),
named as (
  select distinct name
  from series
  where name not in ('unknown', 'unreviewed')
),
open as ( -- what of a point could belong to any group
  select point, {loose} as loose, max(n) as n
  from series
  group by point
),
grid as (
  select
    numbered.point,
    numbered.place,
    named.name,
    coalesce(series.value, 0) as value,
    case when series.name is null and open.loose is not null then 0 else series.low end as low,
    case when series.name is null then open.loose else series.high end as high,
    open.n,
    open.loose,
    max(numbered.place) over () as places
  from numbered
  cross join named
  join open on open.point = numbered.point
  left join series on series.point = numbered.point and series.name = named.name
),
ranked as (
  select *, row_number() over (partition by point order by value desc, name) as rank
  from grid
),
largest as (
  select name
  from ranked
  where place = places and value > 0
    {chosen}
),
compared as ( -- who may lead, and whose order is told
  select ranked.*, largest.name is not null as is_chosen
  from ranked
  left join largest on largest.name = ranked.name
  where ranked.rank <= 2 or largest.name is not null
),
ahead as (
  select
    one.point,
    one.place,
    one.places,
    one.name as first,
    other.name as second,
    one.value as first_value,
    other.value as second_value,
    one.rank as first_rank,
    other.rank as second_rank,
    coalesce({clears}, false) as is_clear,
    coalesce({beyond}, false) as is_beyond,
    one.is_chosen and other.is_chosen as are_chosen
  from compared as one
  join compared as other on other.point = one.point and other.name <> one.name
  where one.value > other.value
),
led as (
  select
    point, place, places, first, second, first_value, second_value, is_clear, is_beyond,
    case when lag(first) over (order by place) = first then 0 else 1 end as is_new
  from ahead
  where first_rank = 1 and second_rank = 2
),
leads as (
  select *, sum(is_new) over (order by place) as turn
  from led
),
spells as (
  select
    *,
    min(point) over (partition by turn) as since,
    min(place) over (partition by turn) as from_place,
    count(*) over (partition by turn) as lasted,
    row_number() over (partition by turn order by place desc) as from_end
  from leads
),
turned as ( -- each two groups in the order of their names, at each point where one is ahead
  select
    *,
    case when first < second then first else second end as one,
    case when first < second then second else first end as other,
    lag(first) over (
      partition by
        case when first < second then first else second end, case when first < second then second else first end
      order by place
    ) as first_before
  from ahead
  where are_chosen
),
passed as (
  select
    *,
    count(*) over (partition by one, other) as crossed,
    row_number() over (partition by one, other order by place desc) as from_end
  from turned
  where first_before <> first
),
judged as (
  select
    passed.first,
    passed.second,
    passed.point as since,
    passed.crossed,
    max(turned.point) as last,
    count(case when turned.place >= passed.place then 1 end) as lasted,
    max(
      case
        when turned.place < passed.place and turned.first = passed.second and turned.is_clear and turned.is_beyond
        then 1
        else 0
      end
    ) as was_behind
  from passed
  join turned on turned.one = passed.one and turned.other = passed.other
  where passed.from_end = 1
  group by passed.first, passed.second, passed.point, passed.crossed
)
select
  'leads' as kind,
  spells.since,
  spells.first,
  spells.second,
  spells.lasted,
  spells.is_clear and spells.is_beyond as is_stated,
  case
    when not spells.is_clear then 'bounds overlap'
    when not spells.is_beyond then '{within_chance}'
    when spells.place = spells.places and spells.from_place = 1 then 'leads throughout'
    when spells.place = spells.places then 'leads to the end'
    else 'led until then'
  end as why,
  spells.point as until,
  null::bigint as crossed,
  spells.first_value::double as first_value,
  spells.second_value::double as second_value
from spells
where spells.from_end = 1
  {led_by}
union all
select
  'passes',
  judged.since,
  judged.first,
  judged.second,
  judged.lasted,
  ahead.is_clear and ahead.is_beyond and judged.was_behind = 1 and {lasting},
  case
    when not ({lasting}) then '{too_young}'
    when not ahead.is_clear then 'bounds overlap'
    when not ahead.is_beyond then '{within_chance}'
    when judged.was_behind = 0 then 'was never clearly behind'
    else 'for good'
  end,
  judged.last,
  judged.crossed,
  ahead.first_value::double,
  ahead.second_value::double
from judged
join ahead on ahead.point = judged.last and ahead.first = judged.first and ahead.second = judged.second
order by kind, since, first, second
