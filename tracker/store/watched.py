"""What watches found: noted once for each thing, and kept as a log of what was told, whatever becomes of the night."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.sql.connect import Connection, literal, rows


@dataclass(frozen=True)
class WatchMatch:
    """One thing that a watch found. `snapshot_date`: the night that showed it; `point`: the day or month it is of.

    `subject` is a model or a family, `hub_id` that of a model (None: it has none, or is a family).
    """

    match_id: str
    watch_id: str
    kind: str
    watch: str
    snapshot_date: date
    point: str
    subject: str
    hub_id: str | None
    value: float | None
    text: str
    found_at: datetime


def unknown(connection: Connection, found: Iterable[WatchMatch]) -> list[WatchMatch]:
    """Return those that are not noted, each once."""
    by_id = {each.match_id: each for each in found}
    ids = literal(list(by_id))
    noted = f"select match_id from watch_matches where list_contains({ids}::varchar[], match_id)"
    for (match_id,) in rows(connection, noted):
        del by_id[match_id]
    return list(by_id.values())


def note(connection: Connection, found: Sequence[WatchMatch]) -> None:
    """Note them. Runs inside a transaction of the caller's."""
    for each in found:
        names = ", ".join(f"${name}" for name in vars(each))
        connection.execute(f"insert into watch_matches ({', '.join(vars(each))}) values ({names})", vars(each))
