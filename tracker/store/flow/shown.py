"""What the published views of flow are made of, as SQL that fills their holes."""

from __future__ import annotations

from tracker.store.flow.sums import COHORT

# what counters say from night to night, of the models of {history}; flags and days say where that is not the value
_DAILY = """(
  select
    h.snapshot_date, h.model_key, h.source, h.scope,
    coalesce(f.days, h.snapshot_date - h.counted_before, h.snapshot_date - h.seen_before)::integer as days,
    case when f.flag is null then h.downloads_all_time - h.before else f.downloads end as downloads,
    h.downloads_all_time - h.before as change,
    case
      when f.flag is not null then case when f.flag = 'spike' and d.flag = 'catch-up' then d.flag else f.flag end
      when h.downloads_all_time is null then 'window-only'
      else coalesce(d.flag, case when h.snapshot_date - h.counted_before > 1 then 'gap' else 'ok' end)
    end as flag,
    coalesce(f.left_out, 0) as left_out,
    cohort_of(m.created_at) as cohort,
    m.model_id
  from (
    select
      snapshot_date, model_key, source, scope, downloads_all_time,
      lag(snapshot_date) over chain as seen_before,
      lag(case when downloads_all_time is not null then snapshot_date end ignore nulls) over chain as counted_before,
      lag(downloads_all_time ignore nulls) over chain as before
    from {history}
    window chain as (partition by model_key, source, scope order by snapshot_date)
  ) as h
  left join {flags} as f on f.model_key = h.model_key and f.snapshot_date = h.snapshot_date
    and f.source = h.source and f.scope = h.scope
  left join models as m on m.model_key = h.model_key
  left join {days} as d on d.label = h.snapshot_date - 1 and d.source = h.source and d.scope = h.scope
    and d.cohort = cohort_of(m.created_at)
  where h.seen_before is not null or f.flag is not null
)"""

_CHOSEN = "(select x.* from history as x join chosen as c on c.model_key = x.model_key)"
_CHOSEN_FLAGS = "(select y.* from flow_flags as y join chosen as c on c.model_key = y.model_key)"

# rows whose sums are the days of whatever {keys} names: what speaks for several days is spread over them, and what an
# incident spreads over its days. Whole numbers, what is left over going to the first days: sums stay what they were.
# Most values are of one day that nothing touches: they go through as they are, and are summed once, by whoever asks
_SETTLED = """(
  select v.snapshot_date - 1 as label, v.source, v.scope, {keys_of_v},
    case when v.days = 1 and d.label is null then v.downloads else 0 end::decimal(38, 0) as downloads,
    0::decimal(38, 0) as spread,
    v.left_out::decimal(38, 0) as left_out
  from {values} as v
  left join {days} as d on d.label = v.snapshot_date - 1 and d.source = v.source and d.scope = v.scope
    and d.cohort = v.cohort and d.spread_first is not null
  union all
  select
    first_day + turn::integer, source, scope, {keys},
    (downloads // width + case when turn < downloads % width then 1 else 0 end)::decimal(38, 0),
    case when width > 1 then downloads // width + case when turn < downloads % width then 1 else 0 end else spread end
      ::decimal(38, 0),
    0
  from (
    select *, (last_day - first_day + 1)::hugeint as width, unnest(range(last_day - first_day + 1)) as turn
    from (
      select
        w.source, w.scope, {keys_of_w}, w.cohort,
        coalesce(d.spread_first, w.label) as first_day, coalesce(d.spread_last, w.label) as last_day,
        sum(w.downloads) as downloads, sum(case when w.days > 1 then w.downloads else 0 end) as spread
      from (
        select
          source, scope, {keys}, cohort, days, (snapshot_date - days) + turn::integer as label,
          downloads // days + case when turn < downloads % days then 1 else 0 end as downloads
        from (
          select v.snapshot_date, v.source, v.scope, {keys_of_v}, v.cohort, v.days, v.downloads::hugeint as downloads,
            unnest(range(v.days)) as turn
          from {values} as v
          left join {days} as d on d.label = v.snapshot_date - 1 and d.source = v.source and d.scope = v.scope
            and d.cohort = v.cohort and d.spread_first is not null
          where v.days > 1 or d.label is not null
        )
      ) as w
      left join {days} as d on d.source = w.source and d.scope = w.scope and d.cohort = w.cohort and d.label = w.label
        and d.spread_first is not null
      group by all
    )
  )
)"""

_OF_FAMILIES = """(
  select snapshot_date, source, scope, family, line, developer, origin_country, cohort, days,
    downloads_credit as downloads, left_out_credit as left_out
  from flow_families
)"""
_OF_PUBLISHERS = """(
  select snapshot_date, source, scope, publisher_country, publisher, cohort, days,
    downloads::decimal(38, 0) * 1000000000 as downloads, left_out::decimal(38, 0) * 1000000000 as left_out
  from flow_publishers
)"""
_OF_MODELS = """(
  select snapshot_date, source, scope, model_key, model_id, cohort, days,
    coalesce(downloads, 0)::decimal(38, 0) * 1000000000 as downloads, left_out::decimal(38, 0) * 1000000000 as left_out
  from {chosen_daily}
)"""


def _settled(values: str, *keys: str) -> str:
    """Return the settled rows of values by these columns."""
    text = _SETTLED.replace("{values}", values)
    for hole, prefix in (("{keys}", ""), ("{keys_of_v}", "v."), ("{keys_of_w}", "w.")):
        text = text.replace(hole, ", ".join(prefix + key for key in keys))
    return text


def sources(days: str = "flow_days") -> dict[str, str]:
    """Return what fills the holes; `days`: a table expression in the place of flow_days."""
    chosen = _DAILY.replace("{history}", _CHOSEN).replace("{flags}", _CHOSEN_FLAGS)
    texts = {
        "cohort": COHORT.replace("m.created_at", "created_at"),
        "every_daily": _DAILY.replace("{history}", "history").replace("{flags}", "flow_flags"),
        "chosen_daily": chosen,
        "settled_families": _settled(_OF_FAMILIES, "family", "line", "developer", "origin_country"),
        "settled_publishers": _settled(_OF_PUBLISHERS, "publisher_country", "publisher"),
        "settled_models": _settled(_OF_MODELS.replace("{chosen_daily}", chosen), "model_key", "model_id"),
    }
    return {name: text.replace("{days}", days) for name, text in texts.items()}
