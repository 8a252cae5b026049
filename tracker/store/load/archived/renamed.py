"""Models that archives alone have shown are called what the newest of their nights calls them."""

from __future__ import annotations

from datetime import date

from tracker.sql.connect import Connection, literal, value
from tracker.store.base import touched

# one row for each night that calls one otherwise than the newest before it
_CALLED = """
create or replace temp table called_otherwise as
select * exclude (before)
from (
  select s.day, m.model_key, m.hub_id, a.model_id, m.created_at,
    lag(a.model_id, 1, m.model_id) over (partition by m.model_key order by s.day) as before
  from backfilled_models as b
  join shown as s on s.model_key = b.model_key and s.day > b.snapshot_date
  join asked as a on a.place = s.place
  join model_facts as m on m.model_key = b.model_key
)
where model_id <> before
"""

_CALLED_AGAIN = """
create or replace temp table called_otherwise as
select {day} as day, m.model_key, m.hub_id, d.model_id, m.created_at
from backfilled_models as b
join described_anew as d on d.model_key = b.model_key
join model_facts as m on m.model_key = b.model_key
where b.snapshot_date < {day} and d.model_id <> m.model_id
"""

_NAMED = """
update {table} as m set model_id = c.model_id
from (select model_key, arg_max(model_id, day) as model_id from called_otherwise group by model_key) as c
where c.model_key = m.model_key
"""


def follow(connection: Connection) -> None:
    """Let models follow the nights that are noted, before `shown.settle` does.

    Leaves the temporary table `called_otherwise`: day, model_key, hub_id, model_id and created_at.
    """
    connection.execute(_CALLED)
    _name(connection)


def follow_again(connection: Connection, day: date) -> None:
    """Let models follow a night of the record, whose words were laid."""
    connection.execute(_CALLED_AGAIN.format(day=literal(day)))
    _name(connection)


def _name(connection: Connection) -> None:
    if not value(connection, "select count(*) from called_otherwise"):
        return
    for table in ("model_facts", "facts_before"):
        connection.execute(_NAMED.format(table=table))
    touched.note(connection, "select model_key from called_otherwise", is_named=True)
