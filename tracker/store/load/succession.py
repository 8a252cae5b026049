"""Order of nights: the state from which a night is loaded, and how the newest night is undone to load it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tracker.scope import Scope
from tracker.sql.connect import Connection, rows, value
from tracker.store.base import model_state, touched
from tracker.store.base.data_folder import OWN_SOURCE

How = Literal["forward", "again", "beside", "record", "backfill"]


@dataclass(frozen=True)
class Plan:
    """How a run is loaded, given the nights that are loaded already.

    forward: a new newest night. again: the newest night once more, from the state before it. beside: a second partial
    scope of the newest night, on top of the first. record: a lesser scope of a day that is covered; only its file and
    unknown models are kept. backfill: an older day; it also corrects when models were there.
    """

    how: How
    base: str | None  # the view of the state from which the night is loaded; None if the present state is not changed


def newest_night(connection: Connection) -> date | None:
    """Return the newest snapshot_date that made the present state."""
    found: date | None = value(connection, "select max(snapshot_date) from nights")
    return found


def plan(connection: Connection, snapshot_date: date, source: str, scope: Scope) -> Plan:
    """Decide how a run is loaded, given the nights that are loaded already."""
    newest = newest_night(connection)
    if newest is None or snapshot_date > newest:
        return Plan("forward", "models")
    if snapshot_date < newest:
        return Plan("backfill", None)
    others = [each for each in _runs_of(connection, snapshot_date) if each != (source, str(scope))]
    best = min((rank(*each) for each in others), default=None)
    mine = rank(source, str(scope))
    if best is None or (mine < best and scope.is_full):
        return Plan("again", "models_before")
    if best < mine and best[:2] == (0, 0):
        return Plan("record", None)
    return Plan("beside", "models")


def rank(source: str, scope: str) -> tuple[int, int, int, str]:
    """Return the rank of a run among those of one day: our full walk, a full backfill, our largest top:N, the rest.

    Among several archives the same one always wins, so that a series seldom switches between them.
    """
    parsed = Scope.parse(scope)
    kinds = {"full": 0, "top": 1, "active": 2, "publisher": 3}
    return (kinds[parsed.kind], int(source != OWN_SOURCE), -(parsed.count or 0), source)


def prefer(connection: Connection, snapshot_date: date) -> None:
    """Mark the one run of a day that `snapshots` shows."""
    runs = _runs_of(connection, snapshot_date)
    if not runs:
        return
    source, scope = min(runs, key=lambda each: (rank(*each), each[1]))
    connection.execute(
        "update nights set is_preferred = (source = $source and scope = $scope) where snapshot_date = $day",
        {"source": source, "scope": scope, "day": snapshot_date},
    )


def _runs_of(connection: Connection, snapshot_date: date) -> Sequence[tuple[str, str]]:
    found = rows(connection, "select source, scope from nights where snapshot_date = $day", {"day": snapshot_date})
    return [(source, scope) for source, scope in found]


def take_back(connection: Connection, snapshot_date: date) -> None:
    """Undo what the newest night changed."""
    for statement in _TAKE_BACK:
        connection.execute(statement, {"day": snapshot_date})
    model_state.take_back(connection)
    touched.note_all(connection)


_TAKE_BACK = (
    "delete from events where snapshot_date = $day",
    "delete from former_names where until = $day",
    """
    delete from tags
    where model_key in (select model_key from model_versions where valid_to = $day and tags is not null)
      or model_key not in (select model_key from counts_before)
    """,
    "insert into tags select model_key, tags from model_versions where valid_to = $day and tags is not null",
    "delete from model_versions where valid_to = $day",
    "delete from edges where valid_from = $day",
    "insert into edges select * exclude (valid_to) from edge_versions where valid_to = $day",
    "delete from edge_versions where valid_to = $day",
)
