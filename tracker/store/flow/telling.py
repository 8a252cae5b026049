"""What the classes of all nights tell, rebuilt for every copy: incidents, the days they touch, what is unsettled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from tracker.flow.bursts import Step, bursts
from tracker.flow.incidents import incidents, unsettled_from
from tracker.flow.shapes import ALL, ClassNight, Incident
from tracker.flow.thresholds import CATCH_UP_DAYS, WINDOW_DAYS
from tracker.sql.connect import Connection, literal, rows

Chain = tuple[str, str]  # source and scope

_CLASSES = """
select source, scope, snapshot_date, cohort, days, models, movers, unmoved, slowed, window_30d, increase, fell, fell_by,
  recovered, recovered_by, absent, back
from flow_classes
order by source, scope, snapshot_date, cohort
"""
_STEPS = """
select source, scope, model_key, snapshot_date, "before", change from flow_steps order by all
"""
_SPANS = """
select source, scope, min(snapshot_date), max(snapshot_date) from nights where is_preferred group by source, scope
"""
_AT_A_TIME = 5_000  # rows of a statement


def tell(connection: Connection) -> None:
    """Put what the nights tell into the tables of it, where it is other than before.

    Must run inside a transaction of the caller's.
    """
    steps = _by_chain(rows(connection, _STEPS))
    spans: dict[Chain, tuple[date, date]] = {
        tuple(chain): (first, last) for *chain, first, last in rows(connection, _SPANS)
    }
    told: dict[str, list[tuple[Any, ...]]] = {"flow_incidents": [], "flow_days": [], "flow_chains": []}
    for chain, cells in _by_chain(rows(connection, _CLASSES)).items():
        nights = [_class_night(*each) for each in cells]
        found = incidents(nights)
        told["flow_incidents"] += [(*chain, *_cells(each)) for each in found]
        told["flow_incidents"] += [(*chain, *each) for each in _bursts(steps.get(chain, []))]
        told["flow_days"] += [(*chain, *each) for each in days_of(found)]
        first, newest = spans[chain]
        others = max(last for (_, scope), (_, last) in spans.items() if scope == chain[1])
        has_ended = others - newest > timedelta(days=CATCH_UP_DAYS)
        told["flow_chains"].append((*chain, first, newest, newest if has_ended else unsettled_from(nights, found)))
    for table, lines in told.items():
        if lines != rows(connection, f"from {table}"):
            _replace(connection, table, lines)


def _replace(connection: Connection, table: str, lines: Sequence[tuple[Any, ...]]) -> None:
    connection.execute(f"delete from {table}")
    for at in range(0, len(lines), _AT_A_TIME):
        listed = ", ".join(f"({', '.join(map(literal, each))})" for each in lines[at : at + _AT_A_TIME])
        connection.execute(f"insert into {table} values {listed}")


def days_of(found: Iterable[Incident]) -> Iterator[tuple[Any, ...]]:
    """Yield the days that are flagged or spread: cohort, day, flag, first and last day of what is spread."""
    days: dict[tuple[str, date], tuple[str | None, date | None, date | None]] = {}
    whole: set[tuple[str, date, str, None, None]] = set()
    for each in found:
        spread = (each.spread_first, each.spread_last)
        if each.cohort == ALL:
            whole |= {(ALL, label, each.kind, None, None) for label in each.labels}
            continue
        if each.spread_first and each.spread_last:
            for at in range((each.spread_last - each.spread_first).days + 1):
                days.setdefault((each.cohort, each.spread_first + timedelta(days=at)), (None, *spread))
        for label in each.labels:
            days[each.cohort, label] = (each.kind, *spread)
    yield from sorted(whole)
    for (cohort, label), cells in sorted(days.items()):
        yield (cohort, label, *cells)


def _class_night(
    day: date, cohort: str, days: int, models: int, movers: int, unmoved: int, slowed: int, window: int, *sums: int
) -> ClassNight:
    return ClassNight(day, cohort, days, models, movers, unmoved, slowed, window / WINDOW_DAYS, *sums)


def _by_chain(found: Sequence[tuple[Any, ...]]) -> Mapping[Chain, list[tuple[Any, ...]]]:
    chains: dict[Chain, list[tuple[Any, ...]]] = {}
    for source, scope, *cells in found:
        chains.setdefault((source, scope), []).append(tuple(cells))
    return chains


def _cells(each: Incident) -> tuple[Any, ...]:
    return (
        each.cohort, None, each.kind, each.first_label, each.last_label, each.share, each.amount, each.is_open,
        each.spread_first, each.spread_last,
    )  # fmt: skip


def _bursts(steps: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for burst in bursts(Step(*each) for each in steps):
        yield None, burst.model_key, "spike", burst.label, burst.label, None, float(burst.downloads), False, None, None
