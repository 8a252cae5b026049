-- title: One family's signals side by side: derivatives, downloads, tokens, ratings, licence, second hub
-- grain: one row per signal, source, board and period (month, week, or day of a board), in that order; a signal without figures has one row without a value, whose note says why
-- unit: value with value_low and value_high: shares from 0 to 1 with what the unattributed part allows, or points of one board with the interval (95 % on Arena, 90 % of Epoch); no two signals are ever added up, nor points of two boards compared; rating_gap: to the best of all models there; name: the model that is rated, or the class of licence
-- denominator: what each row names
-- coverage: derivatives and downloads by the weights of lineage, the others by the brand of a model's name; ratings of models with open weights alone; of tokens the fifty slugs that a day names, so that 0 means not named
-- reads: nights
-- $family family: the family
-- $first month = none: from this month on; without it all
-- $until month = none: up to this month
-- $thin whole = 100: months with fewer derivatives have no share
with newest as (
  {newest_night}
),
ends as (
  {month_ends}
),
derived as (
  select
    created_month as month,
    count(distinct model_key) as n,
    sum(credit) as total,
    sum(case when family = $family then credit else 0 end) as counted,
    sum(case when family = $family and status not in ('dangling', 'outside') then credit else 0 end) as firm,
    sum(
      case when status in ('dangling', 'outside') or family in ('unknown', 'unreviewed') then credit else 0 end
    ) as loose
  from lineage
  where status <> 'root'
    and ($first is null or created_month >= $first)
    and ($until is null or created_month <= $until)
  group by created_month
),
downloaded as (
  select
    ends.month,
    ends.flag,
    sum(daily_families.downloads_30d_credit) as total,
    sum(case when daily_families.family = $family then daily_families.downloads_30d_credit else 0 end) as counted,
    sum(
      case when daily_families.family in ('unknown', 'unreviewed') then daily_families.downloads_30d_credit else 0 end
    ) as loose
  from daily_families
  join ends on ends.snapshot_date = daily_families.snapshot_date
  group by ends.month, ends.flag
),
weeks as (
  select
    date_trunc('week', day)::date as week,
    count(distinct day) as days,
    sum(tokens) as total,
    sum(case when family = $family then tokens else 0 end) as counted,
    sum( -- what is closed has no family, and is known all the same
      case
        when family in ('unknown', 'unreviewed')
          and (openness <> 'closed' or developer in ('unknown', 'unreviewed', 'hidden'))
        then tokens
        else 0
      end
    ) as loose,
    sum(case when is_hidden and not is_other then tokens else 0 end) as hidden
  from token_sums
  where ($first is null or date_trunc('month', day)::date >= $first)
    and ($until is null or date_trunc('month', day)::date <= $until)
  group by date_trunc('week', day)::date
),
rated as (
  {rated}
),
days as ( -- of boards; of the index, which is fitted anew for each download, those on which a model came out
  select distinct source, board, known_on as day
  from rated
  where ($first is null or date_trunc('month', known_on)::date >= $first)
    and ($until is null or date_trunc('month', known_on)::date <= $until)
),
there as (
  select
    d.source, d.board, d.day, r.model, r.rating, r.rating_low, r.rating_high,
    case when r.family = $family and r.openness = 'open' then 1 else 0 end as is_own
  from days as d
  join rated as r on r.source = d.source and r.board = d.board
    and (r.known_on = d.day or (r.source = 'epoch_eci' and r.known_on < d.day))
),
placed as (
  select
    *,
    row_number() over (partition by source, board, day, is_own order by rating desc, model) as place_of_own,
    row_number() over (partition by source, board, day order by rating desc, model) as place,
    count(*) over (partition by source, board, day) as models
  from there
),
best as (
  select
    own.source, own.board, own.day, own.model, own.rating, own.rating_low, own.rating_high, own.place, own.models,
    own.rating - lead.rating as gap,
    case when own.place = 1 then 0 else own.rating_low - lead.rating_high end as gap_low,
    case when own.place = 1 then 0 else own.rating_high - lead.rating_low end as gap_high
  from placed as own
  join placed as lead on lead.source = own.source and lead.board = own.board and lead.day = own.day and lead.place = 1
  where own.is_own = 1 and own.place_of_own = 1
),
listed as (
  select snapshot_date, family, sum(downloads_all_time) as downloads
  from second_hub_sums
  where family not in ('unknown', 'unreviewed')
    and ($first is null or date_trunc('month', snapshot_date)::date >= $first)
    and ($until is null or date_trunc('month', snapshot_date)::date <= $until)
  group by snapshot_date, family
),
ranked as (
  select
    *,
    rank() over (partition by snapshot_date order by downloads desc) as place,
    count(*) over (partition by snapshot_date) as families,
    sum(downloads) over (partition by snapshot_date) as total
  from listed
),
signals as (
  select 1 as number, 'derivatives' as signal, 'hub_models' as source
  union all
  select 2, 'downloads', 'hub_models'
  union all
  select 3, 'tokens', 'openrouter'
  union all
  select 4, 'tokens_attributed', 'openrouter'
  union all
  select 5, 'rating', 'arena'
  union all
  select 6, 'rating', 'epoch_eci'
  union all
  select 7, 'rating_gap', 'arena'
  union all
  select 8, 'rating_gap', 'epoch_eci'
  union all
  select 9, 'licence', 'hub_models'
  union all
  select 10, 'second_hub', 'modelscope'
),
told as (
  select
    1 as number,
    null::varchar as board,
    derived.month as period,
    case when derived.n >= $thin then derived.counted / nullif(derived.total, 0)::double end as value,
    case
      when derived.n >= $thin and newest.scope = 'full' then derived.firm / nullif(derived.total, 0)::double
    end as value_low,
    case
      when derived.n >= $thin and newest.scope = 'full'
      then (derived.firm + derived.loose) / nullif(derived.total, 0)::double
    end as value_high,
    null::varchar as name,
    case
      when derived.n < $thin then 'too few derivatives for a share'
      when derived.month = date_trunc('month', newest.snapshot_date + 1)::date then 'the month is not over'
    end as note
  from derived
  cross join newest
  union all
  select
    2,
    null,
    downloaded.month,
    downloaded.counted / nullif(downloaded.total, 0)::double,
    case when newest.scope = 'full' then downloaded.counted / nullif(downloaded.total, 0)::double end,
    case
      when newest.scope = 'full' then (downloaded.counted + downloaded.loose) / nullif(downloaded.total, 0)::double
    end,
    null,
    case downloaded.flag when 'running' then 'the month is not over' when 'gap' then 'no night of its last week' end
  from downloaded
  cross join newest
  union all
  select
    3,
    null,
    week,
    counted / nullif(total, 0)::double,
    counted / nullif(total, 0)::double,
    (counted + loose) / nullif(total, 0)::double,
    null,
    nullif(
      concat_ws(
        '; ',
        case when days < 7 then days || ' of 7 days' end,
        case when hidden * 10 > total then 'more than a tenth hides its maker' end
      ),
      ''
    )
  from weeks
  union all
  select
    4,
    null,
    week,
    counted / nullif(total - loose, 0)::double,
    null,
    null,
    null,
    case when days < 7 then days || ' of 7 days' end
  from weeks
  union all
  select
    case source when 'arena' then 5 else 6 end,
    board,
    day,
    rating,
    rating_low,
    rating_high,
    model,
    'place ' || place || ' of ' || models || ' models'
  from best
  union all
  select case source when 'arena' then 7 else 8 end, board, day, gap, gap_low, gap_high, model, null
  from best
  union all
  select
    9,
    null,
    newest.snapshot_date,
    families.license_class_share,
    null,
    null,
    families.license_class,
    'the class of most; others have the rest'
  from families
  cross join newest
  where families.line = $family and families.license_class is not null
  union all
  select
    10,
    null,
    snapshot_date,
    downloads / nullif(total, 0)::double,
    null,
    null,
    null,
    'place ' || place || ' of ' || families || ' families'
  from ranked
  where family = $family
),
boards as (
  select distinct source from rated
),
lacking as (
  select
    number,
    case
      when number = 1 then 'no derivatives of that time'
      when number = 2 then 'no nights of that time'
      when number in (3, 4) then 'no tokens of that time are here: `tracker collect openrouter`'
      when number = 9 then 'its developer has no models of its own on the Hub'
      when number = 10 and (select count(*) from listed) > 0 then 'none of its models is among those that are listed'
      when number = 10 then 'no second hub of that time is here: `tracker collect modelscope`'
      when boards.source is not null then 'no open model of it was rated then'
      else 'no ratings are here: `tracker collect ' || signals.source || '`'
    end as reason
  from signals
  left join boards on boards.source = signals.source
)
select
  s.signal,
  s.source,
  t.board,
  t.period,
  t.value,
  t.value_low,
  t.value_high,
  case when s.signal in ('rating', 'rating_gap') then 'points' else 'share' end as unit,
  case s.number
    when 1 then 'new derivatives of the month'
    when 2 then 'downloads of the 30 days before the last night of the month'
    when 3 then 'all tokens of the week'
    when 4 then 'tokens of the week whose family or maker is known'
    when 9 then 'downloads of the 30 days before the night, of the own models of its developer'
    when 10 then 'downloads since the beginning, of models there of a known family'
  end as denominator,
  t.name,
  case when t.number is null then l.reason else t.note end as note
from signals as s
join lacking as l on l.number = s.number
left join told as t on t.number = s.number
order by s.number, t.board, t.period
