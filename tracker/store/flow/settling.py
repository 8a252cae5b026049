"""Settled sums of days, kept by the month of the nights that brought them, so that a year of them is read at once.

A month is settled again when one of its nights is, and when another incident is told of a day that they speak for.
"""

from __future__ import annotations

from datetime import date

from tracker.flow.settled import settled
from tracker.sql.connect import Connection, rows
from tracker.store.base import touched
from tracker.store.record import rollup_files

_FAMILIES = """(
  select snapshot_date, source, scope, family, line, developer, origin_country, cohort, days,
    downloads_credit as downloads, left_out_credit as left_out
  from flow_families{nights}
)"""
_PUBLISHERS = """(
  select snapshot_date, source, scope, publisher_country, publisher, cohort, days,
    downloads::decimal(38, 0) * 1000000000 as downloads, left_out::decimal(38, 0) * 1000000000 as left_out
  from flow_publishers{nights}
)"""
# settled sums -> the values that they are made of, and what these are of
SUMS = {
    "daily_flow": (_FAMILIES, ("family", "line", "developer", "origin_country")),
    "daily_flow_of_publishers": (_PUBLISHERS, ("publisher_country", "publisher")),
}

_OF_MONTH = "\n  where snapshot_date >= $month and snapshot_date < $month + interval 1 month"
_SUMS = """
insert into {table}
select $month, label, source, scope, {keys}, sum(downloads_credit), sum(spread_credit), sum(left_out_credit)
from {settled}
group by all
having sum(downloads_credit) <> 0 or sum(left_out_credit) <> 0
order by label, source, scope, {keys}
"""

# what an incident tells of the days that a month's nights speak for
_TOLD = """
select coalesce(sum(hash(source, scope, cohort, label, spread_first, spread_last)), 0)::varchar
from flow_days
where spread_first is not null and label >= m.first_label and label < m.month + interval 1 month
"""
_OWED = f"""
select n.month
from (select distinct date_trunc('month', snapshot_date)::date as month from flow_nights) as n
left join flow_settled as m on m.month = n.month
where m.told is distinct from ({_TOLD})
order by n.month
"""
_NOTE = f"""
insert into flow_settled
select month, first_label, ({_TOLD})
from (
  select $month as month, min(snapshot_date - days) as first_label
  from flow_families{_OF_MONTH}
) as m
"""


def values(sums: str, days: str) -> str:
    """Return a table expression over the rows of settled sums, made of what nights have brought while it is read."""
    made_of, keys = SUMS[sums]
    return f"(select null::date as month, s.* from {settled(made_of.format(nights=''), days, *keys)} as s)"


def bring_up_to_date(connection: Connection) -> None:
    """Settle the months that are owed it. Must run inside a transaction of the caller's."""
    for (month,) in rows(connection, _OWED):
        _settle(connection, month)


def owe(connection: Connection, night: date) -> None:
    """Let the month of a night that has brought something else, or is no more, be settled again."""
    touched.note_days(connection, night.replace(day=1))
    for table in (*SUMS, "flow_settled"):
        connection.execute(f"delete from {table} where month = $month", {"month": night.replace(day=1)})


def _settle(connection: Connection, month: date) -> None:
    given = {"month": month}
    rollup_files.reopen_month(connection, month, list(SUMS))
    owe(connection, month)
    for table, (made_of, keys) in SUMS.items():
        text = settled(made_of.format(nights=_OF_MONTH), "flow_days", *keys)
        connection.execute(_SUMS.format(table=table, keys=", ".join(keys), settled=text), given)
    connection.execute(_NOTE, given)
    touched.note_days(connection, month)
