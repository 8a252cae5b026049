"""Resolve the names of an archive's past days to known models.

Archives mostly have no ids. A name belongs to the model that had it on that day. It is looked up among our own present
and former names, the archive's list of renames, and moved namespaces of the registry. If both sides know the creation
day, it decides: a name that was freed and taken again is another model. If no list knows a rename, the second of
creation identifies the model, provided the list of that day is complete and only one model in it has another name.

All nights are resolved together. Most names resolve at once. The few others are resolved night by night, the oldest
first, since a model that is new on one night has its name on the following nights.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tracker.sql.connect import Connection, literal, rows, value
from tracker.store.load.archived import asked
from tracker.store.load.archived.other_names import OtherNames

# which model has which name, and until when; the present name of a model has no end
_HOLDERS = """
select model_id, model_key, created_at, null::date as until from model_facts
union all
select f.model_id, f.model_key, m.created_at, f.until
from former_names as f join model_facts as m on m.model_key = f.model_key
"""
_AND_MET = "union all select model_id, model_key, created_at, null::date as until from told"

# whether an archived row `a` can be the model `h`: both were created in the same second, or one side has no creation
# time and the model existed on that day
_FITS = """case
    when a.created_at is not null and h.created_at is not null
      then abs(epoch_us(a.created_at) - epoch_us(h.created_at)) <= 1000000
    else coalesce(h.created_at::date <= a.day, true)
  end"""
_IS_GUESS = "a.created_at is null or h.created_at is null"
_COUNTERS = "a.downloads_30d, a.downloads_all_time, a.likes"

_TOLD = """
create or replace temp table told (
  day date, model_key integer, hub_id varchar, model_id varchar, created_at timestamptz
)
"""

# a row that leads nowhere has no key. Rows with an id that is not known yet wait for their night, as do those
_AT_ONCE = f"""
create or replace temp table shown as
select a.place, a.day, h.model_key, 1 as step, {_IS_GUESS} as is_guess, coalesce(h.until <= a.day, false) as is_over,
  coalesce(h.until, 'infinity'::date) as until, {_COUNTERS}
from (from asked where hub_id is null) as a left join ({_HOLDERS}) as h on h.model_id = a.model_id and {_FITS}
union all
select a.place, a.day, k.model_key, 0, false, false, null, {_COUNTERS}
from (from asked where hub_id is not null) as a left join (
  select k.hub_id, k.model_key from keys as k join model_facts as m on m.model_key = k.model_key
) as k on k.hub_id = a.hub_id
"""

# of several candidates take the one with the same known creation day, then the one that had the name on that day
_CONTESTED = "select (select count(*) from shown) > (select count(*) from asked)"
_LESS_LIKELY = """
create or replace temp table left_out as
select place, model_key
from shown
where place in (select place from shown group by place having count(*) > 1)
qualify row_number() over (partition by place order by is_guess, is_over, until, model_key desc) > 1
"""
_LEAVE_OUT = """
delete from shown where (place, model_key) in (from left_out)
"""

_OPEN = (
    """
    create or replace temp table unsettled as
    from asked where place in (select place from shown where model_key is null)
    """,
    "delete from shown where model_key is null",
)

# a name that may belong to a model that is new in these nights; nothing tells the two apart
_GUESSED = (
    """
    insert into unsettled
    from asked
    where model_id in (select model_id from unsettled) and place in (select place from shown where is_guess)
    """,
    "delete from shown where is_guess and place in (select place from unsettled)",
)

_HERE = "create or replace temp table here as from unsettled where day = {day}"
_FOUND = "create or replace temp table found (place bigint, model_key integer, step integer)"

_BY_ID = """
insert into found
select a.place, k.model_key, 0
from here as a join keys as k on k.hub_id = a.hub_id
"""

_BY_NAME = f"""
insert into found
select place, arg_min(model_key, (is_guess, is_over, until, -model_key)), 1
from (
  select a.place, h.model_key, {_IS_GUESS} as is_guess, coalesce(h.until <= a.day, false) as is_over,
    coalesce(h.until, 'infinity'::date) as until
  from here as a
  join ({_HOLDERS}{_AND_MET}) as h on h.model_id = a.model_id
  where {_FITS} and a.place not in (select place from found)
)
group by place
"""

_NAMED_OTHERWISE = """
select day, model_id
from unsettled
where model_id in (from listed) or lower(split_part(model_id, '/', 1)) in (from moved)
"""

_BY_OTHER_NAME = f"""
insert into found
select place, arg_min(model_key, (step, is_guess, until is not null, -model_key)), 2
from (
  select a.place, o.step, o.in_time, h.model_key, h.until, {_IS_GUESS} as is_guess
  from {{these}} as a
  join otherwise_named as o on o.day = a.day and o.model_id = a.model_id
  join ({_HOLDERS}{{and_met}}) as h on h.model_id = o.other
  where {_FITS} and a.place not in (select place from found)
)
where in_time or not is_guess
group by place
"""

# same second of creation, one half of the name equal, own name missing that day: and only one on either side
_BY_MOMENT = f"""
insert into found
with alike as (
  select a.place, a.day, h.model_key, h.model_id
  from {{these}} as a
  join ({_HOLDERS}{{and_met}}) as h on date_trunc('second', h.created_at) = date_trunc('second', a.created_at)
  where h.until is null and a.place not in (select place from found) and h.model_id <> a.model_id and (
    split_part(h.model_id, '/', 1) = split_part(a.model_id, '/', 1)
    or split_part(h.model_id, '/', 2) = split_part(a.model_id, '/', 2))
),
there as (
  select day, model_key from shown where model_key in (select model_key from alike)
  union all
  select a.day, f.model_key from found as f join {{these}} as a on a.place = f.place
  union all
  select a.day, l.model_key
  from asked as a join (select distinct model_key, model_id from alike) as l on l.model_id = a.model_id
),
absent as (select place, day, model_key from alike where (day, model_key) not in (from there))
select place, model_key, 4
from absent
qualify count(*) over (partition by place) = 1 and count(*) over (partition by day, model_key) = 1
"""

# a model that is new in these nights may have this name, creation time or other name: then the row waits
_NOT_SURE = """
delete from found
where place in (
  select place from unsettled
  where place in (select place from found) and (
    model_id in (select model_id from nobody)
    or date_trunc('second', created_at) in (select date_trunc('second', created_at) from nobody)
    or (day, model_id) in (select day, model_id from otherwise_named where other in (select model_id from nobody))
  )
)
"""
_NOBODY = "create or replace temp table nobody as from unsettled where place not in (select place from found)"
_OTHERWISE_NAMED = """
create or replace temp table otherwise_named (
  day date, model_id varchar, step integer, other varchar, in_time boolean
)
"""

# a name that already belongs to another model is distinguished by the creation time
_NEWCOMERS = """
create or replace temp table newcomers as
select a.place, a.model_id, a.created_at,
  coalesce(a.hub_id, 'name:' || a.model_id || if(
    exists (
      select 1
      from keys as k join (
        select model_key from model_facts union all select model_key from told
      ) as m on m.model_key = k.model_key
      where k.hub_id = 'name:' || a.model_id
    ),
    '@' || coalesce(strftime(a.created_at::timestamp, '%Y-%m-%dT%H:%M:%SZ'), a.day::varchar), ''
  )) as hub_id
from here as a
where a.place not in (select place from found)
"""

_NEW_KEYS = """
insert into keys
select hub_id, coalesce((select max(model_key) from keys), 0) + row_number() over (order by created_at, hub_id)
from newcomers
where hub_id not in (select hub_id from keys)
"""

_ALL_FOUND = """
insert into found
select n.place, k.model_key, 3
from newcomers as n join keys as k on k.hub_id = n.hub_id
"""

_SHOWN = f"""
insert into shown
select f.place, a.day, f.model_key, f.step, false, false, null, {_COUNTERS}
from found as f join {{these}} as a on a.place = f.place
"""

# models of no earlier night
_MET = """
insert into told
select a.day, f.model_key, coalesce(a.hub_id, n.hub_id), a.model_id, a.created_at
from here as a
join found as f on f.place = a.place
left join newcomers as n on n.place = a.place
where f.model_key not in (select model_key from model_facts) and f.model_key not in (select model_key from told)
"""

# a new model keeps its name and creation time on the following nights
_ALSO_LATER = f"""
insert into shown
select a.place, a.day, f.model_key, f.step, false, false, null, {_COUNTERS}
from unsettled as a
join here as h on h.model_id = a.model_id and h.created_at = a.created_at
join found as f on f.place = h.place
where a.day > {{day}} and a.hub_id is null and h.hub_id is null and f.step = 3
"""

_SETTLED = "delete from unsettled where place in (select place from shown where place in (select place from unsettled))"

# an archive may list a model twice while it is renamed: of one id the first name counts ...
_SAME_ID = """
create or replace temp table again as
select place, day from asked where hub_id is not null
qualify row_number() over (partition by day, hub_id order by model_id) > 1
"""

# ... and of several names the surest match to the model
# one bit per model: a third of the cost of count(distinct)
_HAS_TWICE = """
select bool_or(again)
from (
  select count(*) > bit_count(bitstring_agg(model_key, 0, {highest})) as again
  from shown
  group by day
)
"""
_SHOWN_TWICE = """
select a.model_id
from asked as a
join shown as s on s.place = a.place
join (select day, model_key from shown group by all having count(*) > 1) as d
  on d.day = s.day and d.model_key = s.model_key
"""
_TWICE = """
create or replace temp table again as
select s.place, s.day
from shown as s join asked as a on a.place = s.place
qualify row_number() over (partition by s.day, s.model_key order by s.step, a.model_id) > 1
"""


def find(connection: Connection, source: str, names: OtherNames, *, is_whole: bool) -> Mapping[date, int]:
    """Resolve the rows of `asked`, nights of one source, to models; return how many rows of each night are left out.

    Rows that name a model of the same night again are left out. `is_whole`: the nights list every model that existed.
    It leaves two temporary tables: `shown`, one row per night and model with key and counters; `told`, the models that
    are new, with their first day. The caller must hold a transaction.
    """
    left_out: dict[date, int] = {}
    _leave_out(connection, left_out, _SAME_ID, "asked")
    connection.execute(_TOLD)
    connection.execute(_AT_ONCE)
    if value(connection, _CONTESTED):
        connection.execute(_LESS_LIKELY)
        connection.execute(_LEAVE_OUT)
    if _set_apart(connection):
        asked.check_names(connection, source, "select model_id from unsettled")
        if value(connection, "select bool_or(is_guess) from shown"):
            for statement in _GUESSED:
                connection.execute(statement)
        _lay_names(connection, names)
        _lead_on(connection, is_whole)
        while day := value(connection, "select min(day) from unsettled"):
            _settle(connection, day, is_whole)
    highest = value(connection, "select coalesce(max(model_key), 0) from shown")
    if value(connection, _HAS_TWICE.format(highest=highest)):
        asked.check_names(connection, source, _SHOWN_TWICE)
        _leave_out(connection, left_out, _TWICE, "shown")
    return left_out


def _set_apart(connection: Connection) -> bool:
    """Set aside the rows that resolve to no model; return whether there are any."""
    if not value(connection, "select count(*) > count(model_key) from shown"):
        connection.execute("create or replace temp table unsettled as from asked limit 0")
        return False
    for statement in _OPEN:
        connection.execute(statement)
    return True


def _lead_on(connection: Connection, is_whole: bool) -> None:
    """Resolve rows of all nights by other names and creation times, except where a new model could be meant."""
    connection.execute(_FOUND)
    _by_others(connection, is_whole, these="(from unsettled where hub_id is null)", and_met="")
    while True:
        connection.execute(_NOBODY)
        before = value(connection, "select count(*) from found")
        connection.execute(_NOT_SURE)
        if value(connection, "select count(*) from found") == before:
            break
    connection.execute(_SHOWN.format(these="unsettled"))
    connection.execute(_SETTLED)


def _by_others(connection: Connection, is_whole: bool, *, these: str, and_met: str) -> None:
    connection.execute(_BY_OTHER_NAME.format(these=these, and_met=and_met))
    if is_whole:
        connection.execute(_BY_MOMENT.format(these=these, and_met=and_met))


def _settle(connection: Connection, day: date, is_whole: bool) -> None:
    """Resolve the remaining rows of a night; a row that resolves to no model becomes a new model."""
    texts = {"day": literal(day), "these": "here"}
    for statement in (_HERE, _FOUND, _BY_ID, _BY_NAME):
        connection.execute(statement.format(**texts))
    _by_others(connection, is_whole, these="here", and_met=_AND_MET)
    for statement in (_NEWCOMERS, _NEW_KEYS, _ALL_FOUND, _SHOWN, _MET, _ALSO_LATER, _SETTLED):
        connection.execute(statement.format(**texts))


def _leave_out(connection: Connection, left_out: dict[date, int], chosen: str, table: str) -> None:
    connection.execute(chosen)
    for day, count in rows(connection, "select day, count(*) from again group by day"):
        left_out[day] = left_out.get(day, 0) + count
    if left_out:
        connection.execute(f"delete from {table} where place in (select place from again)")


def _lay_names(connection: Connection, names: OtherNames) -> None:
    """Leave the temporary table `otherwise_named`: the other names that the names of open rows resolve to."""
    for table, texts in (("listed", sorted(names.listed)), ("moved", sorted(names.moved))):
        connection.execute(
            f"create or replace temp table {table} as select unnest({literal(texts)}::varchar[]) as name"
        )
    connection.execute(_OTHERWISE_NAMED)
    if names.renames or names.moved:
        named = rows(connection, _NAMED_OTHERWISE)
        ways = [(day, name, step, *way) for day, name in named for step, way in enumerate(names.of(name, day))]
        if ways:
            cells = ", ".join(f"({', '.join(map(literal, way))})" for way in ways)
            connection.execute(f"insert into otherwise_named values {cells}")
