"""Events: what changed between one night and the next, one row a change."""

from __future__ import annotations

from datetime import date

from tracker.sql.connect import Connection, literal, value
from tracker.store.base.data_folder import OWN_SOURCE

_CREATED = """
insert into events
select {day}, t.model_key, t.model_id,
  if(t.created_at is null or t.created_at::date >= {since}, 'created', 'appeared'), null, t.model_id
from tonight as t
where t.model_key in (select model_key from newcomers)
order by t.model_key
"""

_CHANGED = """
insert into events
with looked_at as (
  select model_key from redescribed where other_words
  union
  select model_key from model_facts where removed_at is not null
),
changed as (
  select t.*, b.model_id as old_id, b.removed_at as gone_at, b.gated as old_gated, b.disabled as old_disabled,
    b.private as old_private
  from looked_at as l
  join tonight as t on t.model_key = l.model_key
  join model_facts as b on b.model_key = l.model_key
)
select {day}, c.model_key, c.model_id, e.kind, e.was, e.now
from changed as c,
lateral (values
  ('renamed', c.old_id, c.model_id, c.old_id <> c.model_id),
  ('returned', c.gone_at::varchar, c.model_id, c.gone_at is not null),
  ('gated', c.old_gated, c.gated, c.old_gated <> c.gated),
  ('disabled', c.old_disabled::varchar, c.disabled::varchar, c.old_disabled <> c.disabled),
  ('private', c.old_private::varchar, c.private::varchar, c.old_private <> c.private)
) as e (kind, was, now, holds)
where e.holds
order by c.model_key, e.kind
"""

# the new owner of a name that another model had on the night before
_NAME_REUSED = """
insert into events
with named_anew as (
  select t.model_key, t.model_id, t.hub_id
  from tonight as t
  left join model_facts as self on self.model_key = t.model_key
  where t.model_key in (
      select model_key from newcomers union all select model_key from redescribed where other_words
    ) and (self.model_key is null or self.model_id <> t.model_id)
)
select {day}, n.model_key, n.model_id, 'name_reused', b.hub_id, n.hub_id
from named_anew as n
join model_facts as b on b.model_id = n.model_id and b.model_key <> n.model_key
order by n.model_key
"""

_REMOVED = """
insert into events
select {day}, n.model_key, n.model_id, 'removed', c.last_seen::varchar, n.removal
from facts_now as n
join absent as a on a.model_key = n.model_key
join model_counts as c on c.model_key = n.model_key
where a.removal is not null
  and n.model_key not in (select model_key from backfilled_models) -- gone for long: no night of ours has had it
order by n.model_key
"""

_RENAMED_UNSEEN = """
insert into events
select {day}, n.model_key, n.model_id, 'renamed', b.model_id, n.model_id
from absent as a
join model_facts as b on b.model_key = a.model_key
join facts_now as n on n.model_key = a.model_key
where n.model_id <> b.model_id
order by n.model_key
"""


def note_events(connection: Connection, snapshot_date: date, *, is_full: bool) -> None:
    """Add the night's events to `events`.

    A first night, or one of partial scope, has no `created` events: models new to it may be years old. A model that is
    new to a full night, but older than the full night before, gets the event `appeared`.
    """
    texts = {"day": literal(snapshot_date)}
    since = _full_night_before(connection, snapshot_date) if is_full else None
    if since is not None:
        connection.execute(_CREATED.format(since=literal(since), **texts))
    for statement in (_CHANGED, _NAME_REUSED, _REMOVED, _RENAMED_UNSEEN):
        connection.execute(statement.format(**texts))


def _full_night_before(connection: Connection, snapshot_date: date) -> date | None:
    found: date | None = value(
        connection,
        "select max(snapshot_date) from nights where snapshot_date < $day and source = $own and scope = 'full'",
        {"day": snapshot_date, "own": OWN_SOURCE},
    )
    return found
