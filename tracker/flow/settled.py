"""Settled days, in SQL: a value of several days is spread over them, and values of an incident over its days."""

from __future__ import annotations

_DIGITS = "(values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))"
# 0 to 9,999, the offsets of days within a value of several days: more days than the Hub has existed
_TURNS = f"""(
  select ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit as turn
  from {_DIGITS} as ones(digit), {_DIGITS} as tens(digit), {_DIGITS} as hundreds(digit), {_DIGITS} as thousands(digit)
)"""

# values are split into whole numbers and the remainder goes to the first days, so sums stay the same. Most values are
# of one day without an incident: these are passed on unchanged, and summed only by the caller
_SETTLED = """(
  select v.snapshot_date - 1 as label, v.source, v.scope, {keys_of_v},
    case when v.days = 1 and d.label is null then v.downloads else 0 end::decimal(38, 0) as downloads_credit,
    0::decimal(38, 0) as spread_credit,
    v.left_out::decimal(38, 0) as left_out_credit
  from {values} as v
  left join {days} as d on d.label = v.snapshot_date - 1 and d.source = v.source and d.scope = v.scope
    and d.cohort = v.cohort and d.spread_first is not null
  union all
  select
    first_day + turn, source, scope, {keys},
    (downloads // width + case when turn < downloads % width then 1 else 0 end)::decimal(38, 0),
    case when width > 1 then downloads // width + case when turn < downloads % width then 1 else 0 end else spread end
      ::decimal(38, 0),
    0
  from (
    select s.*, t.turn, (date_diff('day', s.first_day, s.last_day) + 1)::hugeint as width
    from (
      select
        w.source, w.scope, {keys_of_w}, w.cohort,
        coalesce(d.spread_first, w.label) as first_day, coalesce(d.spread_last, w.label) as last_day,
        sum(w.downloads) as downloads, sum(case when w.days > 1 then w.downloads else 0 end) as spread
      from (
        select
          b.source, b.scope, {keys_of_b}, b.cohort, b.days, (b.snapshot_date - b.days) + t.turn as label,
          b.downloads // b.days + case when t.turn < b.downloads % b.days then 1 else 0 end as downloads
        from (
          select v.snapshot_date, v.source, v.scope, {keys_of_v}, v.cohort, v.days, v.downloads::hugeint as downloads
          from {values} as v
          left join {days} as d on d.label = v.snapshot_date - 1 and d.source = v.source and d.scope = v.scope
            and d.cohort = v.cohort and d.spread_first is not null
          where v.days > 1 or d.label is not null
        ) as b
        join {turns} as t on t.turn < b.days
      ) as w
      left join {days} as d on d.source = w.source and d.scope = w.scope and d.cohort = w.cohort and d.label = w.label
        and d.spread_first is not null
      group by all
    ) as s
    join {turns} as t on t.turn <= date_diff('day', s.first_day, s.last_day)
  )
)"""


def settled(values: str, days: str, *keys: str) -> str:
    """Return a table expression; summed by `label` and the keys its rows are settled days.

    `values` has `snapshot_date, source, scope`, the keys, `cohort, days, downloads, left_out`, the last two in units of
    credit; `days` is `flow_days` or a substitute. The rows are `label, source, scope`, the keys, `downloads_credit,
    spread_credit, left_out_credit`.
    """
    text = _SETTLED.replace("{values}", values).replace("{days}", days).replace("{turns}", _TURNS)
    for hole, prefix in (("{keys}", ""), ("{keys_of_v}", "v."), ("{keys_of_b}", "b."), ("{keys_of_w}", "w.")):
        text = text.replace(hole, ", ".join(prefix + key for key in keys))
    return text
