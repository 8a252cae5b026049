"""What the store is told of a source: who it is, what of it may leave the machine, and the tables that it gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.sql.connect import Connection
from tracker.words import UseRights


@dataclass(frozen=True)
class SourceTable:
    """One table of a source: its grain, by what its newest rows are told, type and meaning of each column."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class SourceAbout:
    """A source, as readers of a copy are told of it."""

    name: str
    title: str
    url: str
    licence: str
    attribution: str
    use_rights: UseRights
    cadence_hours: float
    tables: tuple[SourceTable, ...] = ()


def tell(connection: Connection, abouts: Iterable[SourceAbout]) -> None:
    """Note what is known of these sources now; of others what was noted before stays, for their rows do.

    Must run inside a transaction of the caller's.
    """
    for about in abouts:
        for table in ("sources where name", "source_tables where source"):
            connection.execute(f"delete from {table} = $name", {"name": about.name})
        facts = {name: value for name, value in vars(about).items() if name != "tables"}
        holes = ", ".join(f"${name}" for name in facts)
        connection.execute(f"insert into sources ({', '.join(facts)}) values ({holes})", facts)
        for each in about.tables:
            connection.execute(
                "insert into source_tables values ($source, $name, $grain, $key, $columns)",
                {
                    "source": about.name,
                    "name": each.name,
                    "grain": each.grain,
                    "key": list(each.key),
                    "columns": [
                        {"name": name, "comment": said, "type": kind} for name, (kind, said) in each.columns.items()
                    ],
                },
            )
