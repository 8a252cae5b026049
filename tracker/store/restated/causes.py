"""What changes the state, one row each until the figures that it changed are settled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal

from tracker.landing import Manifest
from tracker.sql.connect import Connection, rows, value
from tracker.store.base import data_folder
from tracker.words import RestatementClass

Kind = Literal["night", "again", "registry", "method", "forget", "private"]

GIVEN = "given_reason"  # fact of the folder: what who runs a command says of it
# where several classes cannot be told apart: that comes first which says that a figure was wrong
_WEIGHT: Sequence[RestatementClass] = ("correction", "source", "method", "routine")
_CLASSES: dict[Kind, RestatementClass] = {"night": "routine", "again": "source", "method": "method"}

_BEEN_THERE = """
select count(*) from runs
where snapshot_date = $day and source = $source and scope = $scope
  and (status in ('loaded', 'published') or reason like 'forgotten by the run %')
"""
_PENDING = "select class, kind, run_id, source, day, told, is_alone from causes order by place"


@dataclass(frozen=True)
class Cause:
    """What changed the state: the run that did it, where one did, and what is told of it.

    `is_alone`: all that follows is a part of it, until it is settled.
    """

    restated_as: RestatementClass
    kind: Kind
    run_id: str | None = None
    source: str = ""
    day: date | None = None
    told: str = ""
    is_alone: bool = False


def of_night(connection: Connection, manifest: Manifest) -> Cause:
    """Return what a run is that is about to be loaded: a night, or one that was there once and comes again."""
    night = {"day": manifest.snapshot_date, "source": manifest.source, "scope": manifest.scope}
    kind: Kind = "again" if value(connection, _BEEN_THERE, night) else "night"
    return Cause(_CLASSES[kind], kind, manifest.run_id, manifest.source, manifest.snapshot_date)


def pending(connection: Connection) -> list[Cause]:
    """Return what has changed the state since figures were settled, in order."""
    return [Cause(*cells) for cells in rows(connection, _PENDING)]


def note(connection: Connection, cause: Cause) -> None:
    """Note what changes the state from here on."""
    connection.execute(
        """
        insert into causes
        select coalesce(max(place), 0) + 1, $class, $kind, $run_id, $source, $day, $told, $is_alone from causes
        """,
        {
            "class": cause.restated_as,
            "kind": cause.kind,
            "run_id": cause.run_id,
            "source": cause.source,
            "day": cause.day,
            "told": cause.told,
            "is_alone": cause.is_alone,
        },
    )


def tell(connection: Connection, run_id: str, told: str) -> None:
    """Note what is known only once it has changed the state: which run did it, and what is told of it."""
    connection.execute(
        "update causes set run_id = $run_id, told = $told where is_alone", {"run_id": run_id, "told": told}
    )


def forget(connection: Connection) -> None:
    """Forget what is settled."""
    connection.execute("delete from causes")


def give(connection: Connection, reason: str | None) -> None:
    """Keep what who runs a command says of what it changes, until that is published."""
    if reason:
        data_folder.put(connection, GIVEN, reason)
    else:
        data_folder.remove(connection, GIVEN)


def class_of(causes: Iterable[Cause]) -> RestatementClass:
    """Return the class of what these have changed together."""
    return min((each.restated_as for each in causes), key=_WEIGHT.index, default="routine")


def reason_of(connection: Connection, causes: Sequence[Cause]) -> str:
    """Return all of these in words, and what was given beside them."""
    told = [text for kind, alike in groupby(causes, lambda each: (each.kind, each.source))
            for text in _told(kind[0], kind[1], list(alike))]  # fmt: skip
    given = data_folder.get(connection, GIVEN)
    return ": ".join(filter(None, ["; ".join(told) or "what came since the copy before", given]))


def _told(kind: Kind, source: str, alike: Sequence[Cause]) -> list[str]:
    if kind not in ("night", "again"):
        return list(dict.fromkeys(each.told for each in alike))
    days = sorted({each.day for each in alike if each.day})
    nights = f"the night of {source} on {days[0]}"
    if len(days) > 1:
        nights = f"{len(days):,} nights of {source}, {days[0]} to {days[-1]},"
    if kind == "night":
        return [f"came or settled with {nights.rstrip(',')}"]
    return [f"{nights} {'were' if len(days) > 1 else 'was'} collected again"]
