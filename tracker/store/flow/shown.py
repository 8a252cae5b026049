"""What the published views of flow are made of, as SQL that fills their holes."""

from __future__ import annotations

from tracker.flow.settled import settled
from tracker.store.flow.sums import COHORT

# what counters say from night to night, of the models of {history}, which {models} describes; flags and days say
# where that is not the value
_DAILY = """(
  select
    h.snapshot_date, h.model_key, h.source, h.scope,
    coalesce(
      f.days, date_diff('day', h.counted_before, h.snapshot_date), date_diff('day', h.seen_before, h.snapshot_date)
    )::integer as days,
    case when f.flag is null then h.downloads_all_time - h.before else f.downloads end as downloads,
    h.downloads_all_time - h.before as change,
    case
      when f.flag is not null then case when f.flag = 'spike' and d.flag = 'catch-up' then d.flag else f.flag end
      when h.downloads_all_time is null then 'window-only'
      else coalesce(d.flag, case when date_diff('day', h.counted_before, h.snapshot_date) > 1 then 'gap' else 'ok' end)
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
  left join {models} as m on m.model_key = h.model_key
  left join {days} as d on d.label = h.snapshot_date - 1 and d.source = h.source and d.scope = h.scope
    and d.cohort = cohort_of(m.created_at)
  where h.seen_before is not null or f.flag is not null
)"""

_CHOSEN = "(select x.* from history as x join chosen as c on c.model_key = x.model_key)"
_CHOSEN_FLAGS = "(select y.* from flow_flags as y join chosen as c on c.model_key = y.model_key)"

_OF_MODELS = """
select snapshot_date, source, scope, model_key, model_id, cohort, days,
  coalesce(downloads, 0)::decimal(38, 0) * 1000000000 as downloads, left_out::decimal(38, 0) * 1000000000 as left_out
from {chosen_daily}
""".strip()


def _daily(**holes: str) -> str:
    text = _DAILY
    for name, source in holes.items():
        text = text.replace(f"{{{name}}}", source)
    return text


def sources(days: str = "flow_days") -> dict[str, str]:
    """Return what fills the holes; `days`: a table expression instead of flow_days."""
    chosen = _daily(history=_CHOSEN, flags=_CHOSEN_FLAGS, models="chosen")
    texts = {
        "cohort": COHORT.replace("m.created_at", "created_at"),
        "every_daily": _daily(history="history", flags="flow_flags", models="models"),
        "chosen_daily": chosen,
        "brought_models": _OF_MODELS.replace("{chosen_daily}", chosen),
        "settled_models": settled("brought", "{days}", "model_key", "model_id"),
    }
    return {name: text.replace("{days}", days) for name, text in texts.items()}
