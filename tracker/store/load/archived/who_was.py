"""Who was who on a past day: names that an archive says lead to the models that we know.

An archive mostly has no ids. A name is that of the model which had it on that day: by our own names and former names,
by the archive's list of renames, by moved namespaces of the registry. Days of creation decide where both sides know
them: a name that was freed and taken by somebody else is another model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from tracker.sql.connect import Connection, literal, rows, value

_MOST_STEPS = 8  # renames of one model that are followed one after the other

Rename = tuple[date | None, str, str]  # the day from which the new name is shown (None: not known), before, after


@dataclass(frozen=True)
class OtherNames:
    """What names lead to beside those that we saw ourselves.

    `moved`: former namespace in lower case -> the present one, and the last day of the former where that is known.
    """

    renames: Sequence[Rename] = ()
    moved: Mapping[str, tuple[str, date | None]] = field(default_factory=dict)

    def of(self, name: str, day: date) -> Iterator[tuple[str, bool]]:
        """Yield the names that a model had after this one, each with whether it had this one on the day still.

        A list may be off by some days, and an archive late: where it was renamed before, days of creation must agree.
        """
        seen, in_time = {name}, True
        while len(seen) <= _MOST_STEPS:
            found = self._next(name, day)
            if found is None or found[0] in seen:
                return
            name, in_time = found[0], in_time and found[1]
            seen.add(name)
            yield name, in_time

    def _next(self, name: str, day: date) -> tuple[str, bool] | None:
        known = self._by_name.get(name, ())
        if known:
            later = [each for each in known if each[0] is None or each[0] > day]
            if later:
                return min(later, key=lambda each: each[0] or date.max)[1], True
            return max(known, key=lambda each: each[0] or date.min)[1], False
        namespace, slash, rest = name.partition("/")
        if not slash or namespace.lower() not in self.moved:
            return None
        present, until = self.moved[namespace.lower()]
        return f"{present}/{rest}", until is None or day <= until

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[tuple[date | None, str]]]:
        found: dict[str, list[tuple[date | None, str]]] = {}
        for day, before, after in self.renames:
            found.setdefault(before, []).append((day, after))
        return found


# whose name is whose, and until when; a model that has its name still has it without end
_HOLDERS = """
select model_id, model_key, created_at, null::date as until from model_facts
union all
select f.model_id, f.model_key, m.created_at, f.until
from former_names as f join model_facts as m on m.model_key = f.model_key
"""

# whether an archived row `a` can be a model `h`: they were created in the same second, or, where one side does not say
# when, the model was there on that day
_FITS = """case
    when a.created_at is not null and h.created_at is not null
      then abs(epoch(a.created_at) - epoch(h.created_at)) <= 1
    else coalesce(h.created_at::date <= {day}, true)
  end"""

_BY_ID = """
create or replace temp table found as
select a.place, k.model_key, 0 as step
from asked as a join keys as k on k.hub_id = a.hub_id
"""

# of several that fit the one whose day of creation is known to be the same, then the one who had the name on that day
_BY_NAME = f"""
insert into found
select place, arg_min(model_key, (is_guess, is_over, until, -model_key)), 1
from (
  select a.place, h.model_key, a.created_at is null or h.created_at is null as is_guess,
    coalesce(h.until <= {{day}}, false) as is_over, coalesce(h.until, 'infinity'::date) as until
  from asked as a
  join ({_HOLDERS}) as h on h.model_id = a.model_id
  where {_FITS} and a.place not in (select place from found)
)
group by place
"""

_OPEN = """
select a.model_id
from asked as a
where a.place not in (select place from found)
  and (
    a.model_id in (select before from renamed) or lower(split_part(a.model_id, '/', 1)) in (select former from moved)
  )
"""

_BY_OTHER_NAME = f"""
insert into found
select place, arg_min(model_key, (step, is_guess, until is not null, -model_key)), 2
from (
  select a.place, o.step, o.in_time, h.model_key, h.until,
    a.created_at is null or h.created_at is null as is_guess
  from asked as a
  join otherwise_named as o on o.model_id = a.model_id
  join ({_HOLDERS}) as h on h.model_id = o.other
  where {_FITS} and a.place not in (select place from found)
)
where in_time or not is_guess
group by place
"""

# an archive may show a model twice while it is renamed: of one id the first name counts ...
_SAME_ID = """
create or replace temp table twice as
select place from asked where hub_id is not null qualify row_number() over (partition by hub_id order by model_id) > 1
"""

# ... and of several names the surer way to the model
_TWICE = """
create or replace temp table twice as
select place
from found as f join asked as a using (place)
qualify row_number() over (partition by f.model_key order by f.step, a.model_id) > 1
"""


def find(connection: Connection, day: date, names: OtherNames) -> int:
    """Leave the temporary table `found`: place in `asked` and the model's key, for the rows whose model is known.

    `asked`: place, model_id, hub_id, created_at and counters of an archive's night. Rows that name a model once more
    are deleted from it; returns how many they were.
    """
    again = _leave_out(connection, _SAME_ID, "asked")
    texts = {"day": literal(day)}
    for statement in (_BY_ID, _BY_NAME):
        connection.execute(statement.format(**texts))
    if names.renames or names.moved:
        _find_otherwise(connection, day, names)
    return again + _leave_out(connection, _TWICE, "found", "asked")


def _leave_out(connection: Connection, chosen: str, *tables: str) -> int:
    connection.execute(chosen)
    count: int = value(connection, "select count(*) from twice")
    for table in tables if count else ():
        connection.execute(f"delete from {table} where place in (select place from twice)")
    return count


def _find_otherwise(connection: Connection, day: date, names: OtherNames) -> None:
    _list(connection, "renamed", "before", {before for _, before, _ in names.renames})
    _list(connection, "moved", "former", set(names.moved))
    ways = [(name, step, *way) for (name,) in rows(connection, _OPEN) for step, way in enumerate(names.of(name, day))]
    columns = "model_id varchar, step integer, other varchar, in_time boolean"
    connection.execute(f"create or replace temp table otherwise_named ({columns})")
    if ways:
        cells = ", ".join(f"({', '.join(map(literal, way))})" for way in ways)
        connection.execute(f"insert into otherwise_named values {cells}")
        connection.execute(_BY_OTHER_NAME.format(day=literal(day)))


def _list(connection: Connection, table: str, column: str, texts: set[str]) -> None:
    connection.execute(
        f"create or replace temp table {table} as select unnest({literal(sorted(texts))}::varchar[]) as {column}"
    )
