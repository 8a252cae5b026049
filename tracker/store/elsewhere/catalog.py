"""What an open copy consists of, as text: for an engine that is to show the same tables, views and functions.

Views that are laid over a copy stand before the ones that they lie over, as they do for who asks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tracker.sql import portable
from tracker.sql.connect import Connection, rows
from tracker.store.publish import annotated

if TYPE_CHECKING:
    import polars as pl

LAID, OWN = "temp", "tracker"
_WIDE = ("HUGEINT", "UHUGEINT", "UBIGINT")  # Arrow has no whole numbers of 128 bits, and others none without a sign


class Key(NamedTuple):
    """Where a relation stands: `temp` for what is laid over the copy, else `tracker`; and its name."""

    database: str
    name: str


@dataclass(frozen=True)
class Macro:
    """A function of a copy: the names of its parameters, what some are where they are not given, and its text."""

    parameters: tuple[str, ...]
    defaults: Mapping[str, str]
    body: str
    is_table: bool


class Catalog:
    """The relations and functions of an open copy."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        shown = f"database_name in ('{LAID}', '{OWN}') and schema_name = 'main' and not internal"
        views = rows(connection, f"select database_name, view_name, sql from duckdb_views() where {shown}")
        self.views: Mapping[Key, str] = {Key(place, name): _select(sql) for place, name, sql in views}
        tables = rows(connection, f"select database_name, table_name from duckdb_tables() where {shown}")
        self.tables: frozenset[Key] = frozenset(Key(*each) for each in tables)
        defaults = {
            each.name: dict(re.findall(r"(\w+) := (\w+)", each.statement.partition("\n")[0]))
            for file in annotated.FILES
            for each in annotated.relations(file)
        }  # which duckdb does not tell
        found = "function_name, parameters, macro_definition, function_type"
        functions = f"select {found} from duckdb_functions() where {shown} order by database_name desc"
        self.macros: Mapping[str, Macro] = {
            name: Macro(tuple(parameters), defaults.get(name, {}), body, kind == "table_macro")
            for name, parameters, body, kind in rows(connection, functions)
        }  # what is laid over comes last

    def find(self, name: str, database: str | None = None) -> Key | None:
        """Return the relation that a name means; None where it means none."""
        keys = [Key(each, name) for each in ([database] if database else [LAID, OWN])]
        return next((key for key in keys if key in self.views or key in self.tables), None)

    def columns(self, sql: str) -> dict[str, str]:
        """Return the columns of a SELECT with their types, in the words of duckdb."""
        described = rows(self._connection, f"describe {sql}")
        return {name: kind for name, kind, *_ in described}

    def faults(self, sql: str) -> list[str]:
        """Return what a SELECT holds that other engines read another way; nothing for one that is portable."""
        return portable.faults(self._connection, sql)

    def lacking(self, sql: str) -> list[str]:
        """Return what a SELECT holds that Spark does not have at all."""
        return portable.lacking(self._connection, sql)

    def shown(self, files: Sequence[str]) -> str:
        """Return a table expression over the rows of models that are shown, of the files of their parts in order.

        The view of models finds them by their place in these files, which other engines do not know.
        """
        from tracker.store.publish import parts

        return parts.rows_sql(Path(), files, "models", OWN)

    def rows(self, key: Key) -> pl.DataFrame:
        """Return the rows of a table, each value as it stands there; whole numbers of 128 bits as decimals."""
        import duckdb  # noqa: F401  without the whole package a connection of 2.0 knows no relations

        from tracker.sql import arrow

        source = f"{key.database}.{key.name}"
        chosen = ", ".join(_held(name, kind) for name, kind in self.columns(f"from {source}").items())
        return arrow.read(self._connection.sql(f"select {chosen} from {source}"))


def statement(macro: str) -> str:
    """Return the statement that makes a function of a copy, as this version has it."""
    return next(each.statement for file in annotated.FILES for each in annotated.relations(file) if each.name == macro)


def _select(sql: str) -> str:
    """Return what a view selects, from the statement that creates it."""
    return sql.partition(" AS ")[2].strip().removesuffix(";")


def _held(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    return f"{quoted}::decimal(38, 0) as {quoted}" if kind in _WIDE else quoted
