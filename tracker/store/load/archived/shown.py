"""When models were there, as nights of an archive tell it.

* Models of our own nights keep all that these say. An archived night only says that they were there: it may bring
  `first_seen` forward, and `last_seen` of one that was not gone by then.
* A model that archives alone have shown was there from the first to the last of their nights that show it. Archives
  have holes, so it counts as removed from our own first full night after those, and from no night of theirs.

Several nights are noted at once, the oldest first, as if one came after the other: only a model that is told of for the
first time changes what is said of others, so that the nights up to the next such one are one statement.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.sql.connect import Connection, literal, rows, value
from tracker.store.base import touched
from tracker.store.base.data_folder import OWN_SOURCE
from tracker.store.load import presence

_MANY = 100_000  # models; nights follow one another, and each would note its own

# whose dates may change: rows that are within the nights already are few to look at, whatever the size of the Hub
_STIRRED = """
create or replace temp table stirred as
select f.model_key
from model_facts as f join shown as s on s.model_key = f.model_key
where f.first_seen > {first} and f.first_seen > s.day
union
select c.model_key
from model_counts as c join shown as s on s.model_key = c.model_key
where c.last_seen < {last} and c.last_seen < s.day
union
select model_key from told
union
select model_key from model_facts where model_id in (select model_id from told)
"""

# ... and those that only the state before the newest night has otherwise
_AND_OTHERS = """
insert into stirred
select f.model_key from facts_before as f join shown as s on s.model_key = f.model_key where f.first_seen > s.day
union
select c.model_key
from counts_before as c join shown as s on s.model_key = c.model_key
where c.last_seen < {last} and c.last_seen < s.day
union
select model_key from facts_before where model_id in (select model_id from told)
"""

_SEEN = """
create or replace temp table seen as
select day, model_key from shown where model_key in (select model_key from stirred)
"""

# a name that somebody else has: the younger of two models has taken it from the older
_REPLACED = """
update {table} as m set removed_at = {newest}, removal = 'replaced'
from told as t
where t.day = {day} and t.model_id = m.model_id and t.model_key <> m.model_key and m.removed_at is null
  and t.created_at > m.created_at and m.model_key in (select model_key from backfilled_models)
"""

_TAKEN = """
create or replace temp table taken as
select t.model_key
from told as t join {table} as m on m.model_id = t.model_id and m.model_key <> t.model_key and m.removed_at is null
where t.day = {day}
"""

_UNKNOWN = """
insert into {table} by name
select t.* exclude (day), {day} as first_seen, {day} as last_seen,
  coalesce({absent_on}::date, if(t.model_key in (from taken), {newest}, null)) as removed_at,
  case
    when t.model_key in (from taken) then 'replaced'
    when {absent_on}::date is not null then 'unconfirmed'
  end as removal
from told as t
where t.day = {day} and t.model_key not in (select model_key from {table})
"""

_TELL = (_REPLACED, _TAKEN, _UNKNOWN)

_SHOWN_FIRST = """
insert into backfilled_models
select model_key, {source}, day, {run_id}, false from told
where day = {day} and model_key not in (select model_key from backfilled_models)
"""

# one row a model; last_there: of the days on which it was not gone, and of which no walk of ours tells
_SIGHTED = """
create or replace temp table sighted as
select s.model_key, min(s.day) as first, max(s.day) as last,
  max(s.day) filter (where not d.is_ours and coalesce(m.removed_at > s.day, true)) as last_there
from seen as s
join days as d on d.day = s.day
join {table} as m on m.model_key = s.model_key
where s.day >= {first} and s.day < {until}
group by s.model_key
"""

_THERE = """
update {table} as m
set first_seen = least(m.first_seen, s.first),
  last_seen = greatest(m.last_seen, if(s.is_archived, s.last, s.last_there)),
  removed_at = if(s.is_archived and m.last_seen < s.last and m.removed_at <= s.last, s.{absent_on}, m.removed_at),
  removal = if(
    s.is_archived and m.last_seen < s.last and m.removed_at <= s.last and s.{absent_on} is null, null, m.removal
  )
from (
  select s.*, d.{absent_on}, s.model_key in (select model_key from backfilled_models) as is_archived
  from sighted as s join days as d on d.day = s.last
) as s
where s.model_key = m.model_key
"""

_SHOWN_LAST = """
update backfilled_models as b
set source = {source}, run_id = d.run_id, snapshot_date = s.last, is_described = false
from (
  select model_key, max(day) as last from shown
  where model_key in (select model_key from backfilled_models)
  group by model_key
) as s join days as d on d.day = s.last
where s.model_key = b.model_key and b.snapshot_date < s.last
"""


@dataclass(frozen=True)
class _Ours:
    """The days of our own full nights, and of our newest night."""

    full: Sequence[date]
    newest: date | None

    def after(self, day: date, until: date) -> date | None:
        """Return the first full night after a day and before another."""
        at = bisect_right(self.full, day)
        return self.full[at] if at < len(self.full) and self.full[at] < until else None


def note(connection: Connection, source: str, runs: Mapping[date, str]) -> None:
    """Note who was there on archived nights of one source, by their days and runs, the oldest first.

    `shown` has day and model_key of all, `told` those of whom no night before has told, with their first day, hub_id,
    model_id and created_at. Must run inside a transaction of the caller's.
    """
    ours = _ours(connection)
    newest = ours.newest or max(runs)
    untils = {presence.NOW: date.max, presence.BEFORE: newest}
    _lay_out(connection, runs, ours, untils)
    texts = {"source": literal(source), "newest": literal(newest)}
    for first, until in _stretches(connection, runs):
        day = literal(first)
        for table, before in untils.items():
            absent_on = literal(ours.after(first, before))
            for statement in _TELL:
                connection.execute(statement.format(table=table, day=day, absent_on=absent_on, **texts))
        connection.execute(_SHOWN_FIRST.format(day=day, run_id=literal(runs[first]), **texts))
        for table in untils:
            within = {"table": table, "first": day, "until": literal(until), "absent_on": f"absent_{table}"}
            for statement in (_SIGHTED, _THERE):
                connection.execute(statement.format(**within))
    presence.put_back(connection, "told", "t.day")


def settle(connection: Connection, source: str) -> None:
    """Note which night is now the newest that shows each model of archives alone."""
    connection.execute(_SHOWN_LAST.format(source=literal(source)))


def _ours(connection: Connection) -> _Ours:
    found = rows(
        connection,
        "select snapshot_date, scope = 'full' from nights where source = $own order by snapshot_date",
        {"own": OWN_SOURCE},
    )
    return _Ours([day for day, is_full in found if is_full], max((day for day, _ in found), default=None))


def _lay_out(connection: Connection, runs: Mapping[date, str], ours: _Ours, untils: Mapping[str, date]) -> None:
    """Lay out the days, who may be told of otherwise, and what is said of these now and before the newest night."""
    texts = {"first": literal(min(runs)), "last": literal(max(runs))}
    connection.execute(_STIRRED.format(**texts))
    _touch(connection)
    connection.execute(_AND_OTHERS.format(**texts))
    connection.execute(_SEEN)
    absent = "".join(f", absent_{table} date" for table in untils)
    connection.execute(f"create or replace temp table days (day date, run_id varchar, is_ours boolean{absent})")
    for day, run_id in runs.items():
        cells = (day, run_id, day in ours.full, *(ours.after(day, until) for until in untils.values()))
        connection.execute(f"insert into days values ({', '.join(map(literal, cells))})")
    presence.lay_out(connection, "stirred")


def _stretches(connection: Connection, runs: Mapping[date, str]) -> Iterator[tuple[date, date]]:
    """Yield from which day to before which: each begins with a day that tells of somebody, or with the first of all."""
    telling = {day for (day,) in rows(connection, "select distinct day from told")}
    begins = sorted({min(runs), *telling})
    yield from zip(begins, [*begins[1:], date.max], strict=True)


def _touch(connection: Connection) -> None:
    """Note whose published rows change: each, or where they are many all, as the first nights of an archive do."""
    if rows(connection, "select 1 from touched where model_key is null limit 1"):
        return  # all are noted already, as by the night before this one
    if value(connection, "select count(*) from stirred") > _MANY:
        touched.note_all(connection)
    else:
        touched.note(connection, "select model_key from stirred", is_named=True)
