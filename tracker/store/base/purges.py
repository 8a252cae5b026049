"""What is to go out of earlier generations too: noted with the change that asks for it, done after the next publish."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from tracker.sql.connect import Connection
from tracker.store.base import data_folder

_OWED = "purge_owed"  # the fact of the folder


@dataclass(frozen=True)
class Gone:
    """What goes: models by their keys and the Hub's ids, nights by day and source; and what it is, in words."""

    reason: str
    models: Sequence[int] = ()
    hub_ids: Sequence[str] = ()
    nights: Sequence[Sequence[str]] = ()  # ISO days and sources


def owe(connection: Connection, gone: Gone) -> None:
    """Note what is to be purged, beside what is owed already. Runs inside a transaction of the caller's."""
    data_folder.put(connection, _OWED, json.dumps([*map(asdict, owed(connection)), asdict(gone)]))


def owed(connection: Connection) -> list[Gone]:
    """Return what is to be purged."""
    return [Gone(**each) for each in json.loads(data_folder.get(connection, _OWED) or "[]")]


def settle(connection: Connection) -> None:
    """Note that it is done."""
    data_folder.remove(connection, _OWED)
