"""Which nights of which chains are owed a flow: what they were made of last is not what they are made of now."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.sql.connect import Connection, literal, rows
from tracker.store.base import runs, touched
from tracker.store.flow import held, night, sums
from tracker.store.flow.night import Night
from tracker.store.record import rollup

log = logging.getLogger(__name__)

# a night is made of its own counters and of those of the night before; the first of a chain has nothing to be made of
_CHAINS = """
with chained as (
  select snapshot_date, source, scope, file,
    lag(snapshot_date) over chain as night_before, lag(file) over chain as file_before,
    concat_ws(' ', run_id, models, downloads_30d, downloads_all_time) as counters
  from nights
  where is_preferred
  window chain as (partition by source, scope order by snapshot_date)
)
select c.snapshot_date, c.source, c.scope, c.night_before, c.file, c.file_before,
  concat_ws(' after ', c.counters, b.counters) as made_of, f.made_of as was_made_of,
  c.snapshot_date in (select snapshot_date from rollup_nights) as is_credited
from chained as c
left join chained as b on b.source = c.source and b.scope = c.scope and b.snapshot_date = c.night_before
left join flow_nights as f on f.source = c.source and f.scope = c.scope and f.snapshot_date = c.snapshot_date
where c.night_before is not null
order by c.source, c.scope, c.snapshot_date
"""

# nights that are no longer in a chain, or are its first now
_GONE = """
select f.snapshot_date, f.source, f.scope
from flow_nights as f
anti join (
  select snapshot_date, source, scope from nights
  where is_preferred
  qualify row_number() over (partition by source, scope order by snapshot_date) > 1
) as n on n.snapshot_date = f.snapshot_date and n.source = f.source and n.scope = f.scope
"""


_OWE_FROM = """
update flow_nights set made_of = null where source = {source} and scope = {scope} and snapshot_date >= {day}
"""


@dataclass(frozen=True)
class _Owed:
    night: Night
    made_of: str
    is_owed: bool
    is_credited: bool  # rolled up: a night that will be is made then, once


def bring_up_to_date(
    connection: Connection, data_dir: Path, credited_anew: Sequence[date], most: int | None = None
) -> int:
    """Make the flow that is owed, at most of so many nights of a chain, oldest first; return of how many.

    A chain is made up to the first night that is not rolled up yet. Owed is it to nights that were credited again, to
    those that are made of other counters than before, and to those that follow one which has left other models held.
    Must run inside a transaction of the caller's.
    """
    _forget_gone(connection)
    chains = _chains(connection, data_dir, credited_anew)
    if not any(each.is_owed for chain in chains for each in chain):
        return 0
    if not credited_anew:  # else `rollup.roll_up` has done it
        rollup.attribute(connection)
    night.prepare(connection)
    place = runs.newest_place(connection)
    made = sum(_make(connection, chain, place, most) for chain in chains)
    log.info("flow of %d nights made", made)
    return made


def _make(connection: Connection, chain: Sequence[_Owed], place: int, most: int | None) -> int:
    """Make what is owed of one chain; return of how many nights."""
    made = 0
    before: Night | None = None  # the night that was made last, as long as what follows it is unknown
    for each in chain:
        if before and not each.is_owed and not held.differs(connection, before.literals):
            held.go_on(connection, before.literals)
            before = None
        if not before and not each.is_owed:
            continue
        if made == most or not each.is_credited:
            connection.execute(_OWE_FROM.format(**each.night.literals))
            break
        if not before:
            held.set_aside(connection, each.night.literals)
        night.make(connection, each.night)
        touched.note_night(connection, each.night.snapshot_date)
        _note(connection, each, place)
        before, made = each.night, made + 1
    return made


def _chains(connection: Connection, data_dir: Path, credited_anew: Sequence[date]) -> list[list[_Owed]]:
    """Return the nights of each chain but its first."""
    chains: dict[tuple[str, str], list[_Owed]] = {}
    for day, source, scope, before, file, file_before, made_of, was, is_credited in rows(connection, _CHAINS):
        found = Night(day, source, scope, before, data_dir / file, data_dir / file_before)
        owed = _Owed(found, made_of, made_of != was or day in credited_anew, is_credited)
        chains.setdefault((source, scope), []).append(owed)
    return list(chains.values())


def _forget_gone(connection: Connection) -> None:
    """Forget what nights have brought that are no more; whom they held is told again by the next that is made."""
    for day, source, scope in rows(connection, _GONE):
        of_night = {"day": literal(day), "source": literal(source), "scope": literal(scope)}
        sums.forget_all(connection, day, of_night)
    connection.execute(held.FORGET_BEFORE)


def _note(connection: Connection, owed: _Owed, place: int) -> None:
    made = owed.night
    sums.forget(connection, "flow_nights", made.literals)
    connection.execute(
        "insert into flow_nights values ($day, $source, $scope, $before, $made_of, $place)",
        {**made.texts, "before": made.night_before, "made_of": owed.made_of, "place": place},
    )
