"""The tables, views and functions of an open copy, as SQL text, for another engine that shows the same.

Temporary views over a copy take precedence over relations of the same name, as they do in duckdb.
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
_WIDE = ("HUGEINT", "UHUGEINT", "UBIGINT")  # Arrow has no 128-bit integers, and other engines no unsigned ones


class Key(NamedTuple):
    """The database of a relation (`temp` for a temporary view over the copy, else `tracker`) and its name."""

    database: str
    name: str


@dataclass(frozen=True)
class Macro:
    """A function of a copy: the names of its parameters, their default values, and its body."""

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
        }  # duckdb's own tables do not list them
        found = "function_name, parameters, macro_definition, function_type"
        functions = f"select {found} from duckdb_functions() where {shown} order by database_name desc"
        self.macros: Mapping[str, Macro] = {
            name: Macro(tuple(parameters), defaults.get(name, {}), body, kind == "table_macro")
            for name, parameters, body, kind in rows(connection, functions)
        }  # temporary ones come last and override

    def find(self, name: str, database: str | None = None) -> Key | None:
        """Return the relation of a name; None if there is none."""
        keys = [Key(each, name) for each in ([database] if database else [LAID, OWN])]
        return next((key for key in keys if key in self.views or key in self.tables), None)

    def columns(self, sql: str) -> dict[str, str]:
        """Return the columns of a SELECT with their types of duckdb."""
        described = rows(self._connection, f"describe {sql}")
        return {name: kind for name, kind, *_ in described}

    def faults(self, sql: str) -> list[str]:
        """Return the parts of a SELECT that other engines read differently; [] if it is portable."""
        return portable.faults(self._connection, sql)

    def lacking(self, sql: str) -> list[str]:
        """Return the features of a SELECT that Spark lacks."""
        return portable.lacking(self._connection, sql)

    def shown(self, files: Sequence[str]) -> str:
        """Return a table expression over the shown rows of models, from the files of their parts in order.

        It finds them by key. The view of models uses their position in these files, which other engines lack.
        """
        from tracker.store.publish import parts

        return parts.rows_sql(Path(), files, "models", OWN)

    def rows(self, key: Key) -> pl.DataFrame:
        """Return the rows of a table with their values unchanged; integers of _WIDE become decimals."""
        import duckdb  # noqa: F401  without the whole package a connection of 2.0 knows no relations

        from tracker.sql import arrow

        source = f"{key.database}.{key.name}"
        chosen = ", ".join(_held(name, kind) for name, kind in self.columns(f"from {source}").items())
        return arrow.read(self._connection.sql(f"select {chosen} from {source}"))


def statement(macro: str) -> str:
    """Return this version's statement that creates a function of a copy."""
    return next(each.statement for file in annotated.FILES for each in annotated.relations(file) if each.name == macro)


def _select(sql: str) -> str:
    """Return the SELECT of a view from the statement that creates it."""
    return sql.partition(" AS ")[2].strip().removesuffix(";")


def _held(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    return f"{quoted}::decimal(38, 0) as {quoted}" if kind in _WIDE else quoted
