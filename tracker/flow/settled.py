"""Values as settled days, in SQL: what speaks for several days is spread over them, an incident's over its days."""

from __future__ import annotations

_DIGITS = "(values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))"
# 0 to 9,999, the places of days within what speaks for many: more than the Hub has had
_TURNS = f"""(
  select ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit as turn
  from {_DIGITS} as ones(digit), {_DIGITS} as tens(digit), {_DIGITS} as hundreds(digit), {_DIGITS} as thousands(digit)
)"""

# whole numbers, what is left over going to the first days: sums stay what they were. Most values are of one day that
# nothing touches: they go through as they are, and are summed once, by whoever asks
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
    """Return a table expression: rows whose sums are the settled days of whatever the keys name.

    `values` has `snapshot_date, source, scope`, the keys, `cohort, days, downloads, left_out`, both in credits; `days`
    is `flow_days` or what stands in its place. Rows are `label, source, scope`, the keys, `downloads_credit,
    spread_credit, left_out_credit`.
    """
    text = _SETTLED.replace("{values}", values).replace("{days}", days).replace("{turns}", _TURNS)
    for hole, prefix in (("{keys}", ""), ("{keys_of_v}", "v."), ("{keys_of_b}", "b."), ("{keys_of_w}", "w.")):
        text = text.replace(hole, ", ".join(prefix + key for key in keys))
    return text
