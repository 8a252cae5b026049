"""Who is held at an earlier reading: a chain's state as of any of its nights, in rows that are closed, not deleted.

Where nights are rebuilt the rows from there on are set aside. As soon as the same models are held again as had been,
what followed follows again, and the later nights stay as they are.
"""

from __future__ import annotations

from tracker.sql.connect import Connection, value

_CHAIN = "source = {source} and scope = {scope}"

_SET_ASIDE = (
    f"""
create or replace temp table flow_aside as
select * from flow_held where {_CHAIN} and (held_from > {{before}} or held_until is null or held_until > {{before}})
""",
    f"delete from flow_held where {_CHAIN} and held_from > {{before}}",
    f"update flow_held set held_until = null where {_CHAIN} and held_until > {{before}}",
)

_ENDS = "step in ('increase', 'recovery', 'rebased') or (step = 'fall' and why = 'absent')"

_MOVE_ON = (
    f"""
update flow_held set held_until = {{day}}
where {_CHAIN} and held_until is null
  and model_key in (select model_key from flow_pass where why is not null and ({_ENDS}))
""",
    """
insert into flow_held
select {source}, {scope}, model_key, if(why is null, {before}, {day} - days), base,
  if(step = 'fall', 'fall', 'absent'), {day}, null
from flow_pass
where (step = 'missing' and why is null) or (step = 'fall' and why is distinct from 'fall')
order by model_key
""",
)

# a fall is told by its first night as well, for it ends of itself a month later
_TOLD = "model_key, since, downloads_all_time, why, if(why = 'fall', held_from, null) as fell_on"
_DIFFERS = f"""
with are as (select {_TOLD} from flow_held where {_CHAIN} and held_until is null),
were as (select {_TOLD} from flow_aside where held_from <= {{day}} and (held_until is null or held_until > {{day}}))
select exists (from (from are except from were) union all (from were except from are))
"""

_GO_ON = (
    """
update flow_held as h set held_until = a.held_until
from flow_aside as a
where h.source = {source} and h.scope = {scope} and h.held_until is null and a.model_key = h.model_key
  and a.held_from <= {day} and (a.held_until is null or a.held_until > {day})
""",
    "insert into flow_held select * from flow_aside where held_from > {day}",
)

# what the first night of a chain, and nights that are in none, hold: nothing
FORGET_BEFORE = """
delete from flow_held as h
where not exists (
  select 1 from nights as n
  where n.is_preferred and n.source = h.source and n.scope = h.scope and n.snapshot_date < h.held_from
)
"""

Literals = dict[str, str]  # what fills a template: the chain, the night `day` and the night `before` it


def set_aside(connection: Connection, night: Literals) -> None:
    """Let a chain hold what it did as of the night before one; what followed is set aside."""
    _execute(connection, _SET_ASIDE, night)


def move_on(connection: Connection, night: Literals) -> None:
    """Let a night end and begin what `flow_pass` says."""
    _execute(connection, _MOVE_ON, night)


def differs(connection: Connection, night: Literals) -> bool:
    """Return whether other models are held after a night than were."""
    found: bool = value(connection, _DIFFERS.format(**night))
    return found


def go_on(connection: Connection, night: Literals) -> None:
    """Let what had followed a night follow it again."""
    _execute(connection, _GO_ON, night)


def _execute(connection: Connection, statements: tuple[str, ...], night: Literals) -> None:
    for statement in statements:
        connection.execute(statement.format(**night))
