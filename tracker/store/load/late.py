"""Late nights: they do not change the present state, because a newer night or a better run of the day is loaded.

Such a night only corrects when models were there, in the present state and in the one before the newest night.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.sql.connect import Connection, literal, value
from tracker.store.base import touched
from tracker.store.base.data_folder import OWN_SOURCE
from tracker.store.load import presence
from tracker.store.load.advance import Confirmation

# the full nights after a day, and models that those lack but that were there, as a confirmation showed
_AFTER = """
create or replace temp table full_after as
select snapshot_date, run_id from nights
where source = {own} and scope = 'full' and snapshot_date > {day} and snapshot_date < {until}
"""
_THERE = """
create or replace temp table told_there as
select c.hub_id, f.snapshot_date
from confirmations as c join full_after as f on f.run_id = c.run_id
where c.outcome in ('present', 'renamed')
"""

# one row per model of this night: the first full night after it that lacks the model, if it was not seen since
_SIGHTED = """
create or replace temp table sighted as
with later as (
  select t.hub_id, min(f.snapshot_date) filter (n.hub_id is null) as absent_on
  from (select distinct hub_id from told_there) as t
  cross join full_after as f
  left join told_there as n on n.hub_id = t.hub_id and n.snapshot_date = f.snapshot_date
  group by t.hub_id
)
select t.model_key, if(l.hub_id is null, (select min(snapshot_date) from full_after), l.absent_on) as absent_on
from tonight as t left join later as l on l.hub_id = t.hub_id
"""

_UNKNOWN = """
insert into {table}
select t.model_key, t.hub_id, t.model_id, t.created_at, {day}, {day}, s.absent_on,
  if(s.absent_on is null, null, 'unconfirmed')
from tonight as t join sighted as s on s.model_key = t.model_key
where t.model_key not in (select model_key from {table})
"""
_FIRST_SEEN = """
update {table} set first_seen = {day} where first_seen > {day} and model_key in (select model_key from tonight)
"""
_TOUCHED = """
select t.model_key
from tonight as t left join model_facts as m on m.model_key = t.model_key
where m.model_key is null or m.first_seen > {day}
"""
_LAST_SEEN = """
update {table} as m
set last_seen = {day},
  removed_at = if(m.removed_at <= {day}, s.absent_on, m.removed_at),
  removal = if(m.removed_at <= {day} and s.absent_on is null, null, m.removal)
from sighted as s
where s.model_key = m.model_key and m.last_seen < {day}
"""
_ABSENT = """
update {table} set removed_at = {day}, removal = coalesce(removal, 'unconfirmed')
where last_seen < {day} and coalesce(removed_at > {day}, true)
  and model_key not in (select model_key from tonight)
  and hub_id not in (select hub_id from told_there) and hub_id not in (select unnest({there}::varchar[]))
"""


def note(
    connection: Connection, day: date, newest: date, *, is_full: bool, confirmations: Sequence[Confirmation]
) -> int:
    """Apply a run that is older or less complete than the newest; return how many of its models were unknown.

    On a day that has a full run already, another run adds only unknown models.
    """
    unknown = "select count(*) from tonight where model_key not in (select model_key from model_facts)"
    new: int = value(connection, unknown)
    there = [each.hub_id for each in confirmations if each.outcome in ("present", "renamed")]
    texts = {"day": literal(day), "there": literal(there), "own": literal(OWN_SOURCE)}
    if day < newest:
        touched.note_all(connection)
    else:
        touched.note(connection, _TOUCHED.format(**texts), is_named=True)
    tells = [_FIRST_SEEN, *([_LAST_SEEN] if day < newest and (is_full or not _has_full(connection, day)) else [])]
    tells += [_ABSENT] if day < newest and is_full else []
    presence.lay_out(connection)
    for table, until in ((presence.NOW, "'infinity'::date"), (presence.BEFORE, literal(newest))):
        for statement in (_AFTER, _THERE, _SIGHTED, _UNKNOWN, *tells):
            connection.execute(statement.format(table=table, until=until, **texts))
    presence.put_back(connection, "tonight", literal(day))
    return new


def _has_full(connection: Connection, day: date) -> bool:
    found: bool = value(
        connection,
        "select count(*) > 0 from nights where snapshot_date = $day and source = $own and scope = 'full'",
        {"day": day, "own": OWN_SOURCE},
    )
    return found
