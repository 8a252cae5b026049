"""Settle: where figures are other than they were said last, that is kept as restatements, and said from here on.

What was never said is not restated: figures of a new night or month, and what a new night adds to the month that ran
when figures were said last.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from tracker.sql.connect import Connection, frame, literal
from tracker.store.base import data_folder, touched
from tracker.store.flow import settling, telling
from tracker.store.restated import causes, figures
from tracker.store.restated.causes import Cause

if TYPE_CHECKING:
    import polars as pl

_COMPARED = """
create or replace temp table restated as
select
  figure, period, "key", b.value as "before", a.value as "after",
  p.figure is not null as is_published,
  -- that a 0 comes or goes changes nothing that anybody quotes
  coalesce(b.value, 0) <> coalesce(a.value, 0)
    and ({is_whole} or p.figure is not null)
    and not (starts_with(figure, 'lineage.') and period >= {running}) as is_told
from figures_said as b
full join figures_now as a using (figure, period, "key")
left join (select distinct figure, period from said where is_published) as p using (figure, period)
where b.value is distinct from a.value
"""
_KEPT = """
insert into restatements by name
select $run_id as run_id, figure, period, "key", "before", "after", $class as class, $reason as reason
from restated
where is_told
"""
_SAID_NO_MORE = """
delete from said as s using restated as r
where r.figure = s.figure and r.period = s.period and r."key" = s."key"
"""
_SAID = 'insert into said select figure, period, "key", "after", is_published from restated'


_VINTAGES = """
insert into derivatives_vintages
select $day, $generation, s.period, s."key", coalesce(s.value, 0)
from said as s
left join (
  select month, family, arg_max(derivatives, generation) as derivatives from derivatives_vintages group by all
) as v on v.month = s.period and v.family = s."key"
where s.figure = 'lineage.derivatives' and coalesce(s.value, 0) <> coalesce(v.derivatives, 0)
order by s.period, s."key"
"""


def begin(connection: Connection, cause: Cause, *, is_resolved: bool = True) -> None:
    """Note what is about to change the state, and settle what others of another class have changed before.

    `is_resolved`: what was loaded is resolved, so that it can be told what it changed; else all is told of together.
    Must run inside a transaction of the caller's.
    """
    is_public = data_folder.get(connection, "generation") is not None
    if not is_public and not cause.is_alone:  # nothing was said yet
        return
    before = causes.pending(connection)
    alone = [each.kind for each in before if each.is_alone]
    if alone:
        if alone == ["private"] and cause.kind in ("registry", "method"):  # found while figures are rebuilt for it
            causes.note(connection, cause)
        return
    is_first = not figures.is_said(connection)
    others = cause.is_alone or any(each.restated_as != cause.restated_as for each in before)
    if is_first or (before and others and is_resolved):
        settle(connection)
    if cause.is_alone:
        touched.note_all_nights(connection)
    causes.note(connection, cause)


def compare(connection: Connection) -> pl.DataFrame:
    """Return the figures that are other than said, those of nights first: figure, period, key, before, after.

    Leaves the temporary table `restated`. Must run inside a transaction of the caller's.
    """
    telling.tell(connection)
    settling.bring_up_to_date(connection)
    figures.lay_out(connection)
    found = causes.pending(connection)
    is_whole = str(any(each.is_alone for each in found)).lower()
    connection.execute(_COMPARED.format(is_whole=is_whole, running=_running(connection, found)))
    columns = 'figure, period, "key", "before", "after"'
    return frame(connection, f'select {columns} from restated where is_told order by figure desc, period, "key"')


def settle(connection: Connection) -> None:
    """Keep what is other than said as restatements of what has caused it, and forget the causes.

    Must run inside a transaction of the caller's.
    """
    compare(connection)
    keep(connection)


def keep(connection: Connection) -> None:
    """Keep what was compared last, and say it from here on."""
    found = causes.pending(connection)
    connection.execute(
        _KEPT,
        {
            "run_id": next((each.run_id for each in reversed(found) if each.run_id), None),
            "class": causes.class_of(found),
            "reason": causes.reason_of(connection, found),
        },
    )
    for statement in (_SAID_NO_MORE, _SAID, "drop table restated"):
        connection.execute(statement)
    causes.forget(connection)
    figures.end(connection)


def redefine(
    connection: Connection, told: Sequence[tuple[str, date, str, float | None, float | None]], reason: str
) -> None:
    """Keep what definitions of now say otherwise of the copy that readers have: figure, period, key, before, after."""
    connection.execute("delete from restatements where generation is null and starts_with(figure, 'definitions.')")
    if told:
        listed = ", ".join(f"({', '.join(map(literal, row))})" for row in told)
        connection.execute(
            f"""
            insert into restatements (figure, period, "key", "before", "after", class, reason)
            select *, 'method', $reason from (values {listed}) as told
            """,
            {"reason": reason},
        )


def publish(connection: Connection, generation: int, published: int, day: date) -> None:
    """Settle for a copy that is about to be built, and note which one tells of it first. Must run inside a transaction.

    `published`: what readers have; a later number is of a publish that was cut off.
    """
    settle(connection)
    connection.execute("update said set is_published = true where not is_published")
    connection.execute(
        """
        update restatements set generation = $generation, restated_on = $day
        where generation is null or generation > $published
        """,
        {"generation": generation, "published": published, "day": day},
    )
    causes.give(connection, None)
    connection.execute("delete from derivatives_vintages where generation > $published", {"published": published})
    connection.execute(_VINTAGES, {"generation": generation, "day": day})


def _running(connection: Connection, found: Sequence[Cause]) -> str:
    """Return the month from which on derivatives are what a night adds to what ran on; as SQL, of none the last day."""
    until = data_folder.get(connection, figures.UNTIL)
    later = any(each.kind in ("night", "again") and each.day and each.day.isoformat() > (until or "") for each in found)
    return f"date_trunc('month', date '{until}')" if until and later else "date '9999-12-31'"
