"""What the store is told of a source: who it is, what of it may leave the machine, and the tables that it gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from tracker.sql.connect import Connection, rows
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


_FACTS = ", ".join(each.name for each in fields(SourceAbout) if each.name != "tables")


def tell(connection: Connection, abouts: Iterable[SourceAbout]) -> None:
    """Note what is known of these sources now; of others what was noted before stays, for their rows do.

    From night to night it is the same, and is not written again. Must run inside a transaction of the caller's.
    """
    known, tables = _noted(connection)
    for about in abouts:
        facts = [value for name, value in vars(about).items() if name != "tables"]
        if known.get(about.name) == facts and tables.get(about.name, []) == _tables(about):
            continue
        for table in ("sources where name", "source_tables where source"):
            connection.execute(f"delete from {table} = $name", {"name": about.name})
        connection.execute(f"insert into sources ({_FACTS}) values ({', '.join('?' * len(facts))})", facts)
        for cells in _tables(about):
            connection.execute("insert into source_tables values (?, ?, ?, ?, ?)", [about.name, *cells])


def _noted(connection: Connection) -> tuple[dict[str, list[Any]], dict[str, list[list[Any]]]]:
    """Return what is noted of each source: its facts, and the cells of its tables."""
    known = {name: [name, *facts] for name, *facts in rows(connection, f"select {_FACTS} from sources")}
    tables: dict[str, list[list[Any]]] = {}
    for source, *cells in rows(connection, "from source_tables order by source, table_name"):
        tables.setdefault(source, []).append(cells)
    return known, tables


def _tables(about: SourceAbout) -> list[list[Any]]:
    """Return the cells of a source's tables, by name."""
    return [
        [
            *(each.name, each.grain, list(each.key)),
            [{"name": name, "comment": said, "type": kind} for name, (kind, said) in each.columns.items()],
        ]
        for each in sorted(about.tables, key=lambda each: each.name)
    ]
