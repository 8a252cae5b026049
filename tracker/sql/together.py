"""Many questions to one copy: a statement is asked once, and what several statements begin with is computed once.

Rows are a function of the text of a statement, of what it binds and of a copy that never changes: both are the key
here, so what is remembered is what would be told again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from tracker.sql.connect import Connection
from tracker.sql.render import render, used


class Told(Protocol):
    """Rows as they are told: a table, or a frame of polars."""

    @property
    def height(self) -> int:
        """How many rows there are."""
        ...


Rows = TypeVar("Rows", bound=Told)
# the tables of a statement of ours, each of them closed at the beginning of a line, up to one of a name
_HEAD = r"(?P<head>(?P<with>with(?: recursive)?) (?:.*\n)*?{} as (?:materialized )?\((?: --.*)?\n(?:  .*\n|\n)*\)),\n"
_SHORT = 1_000  # rows; more are asked again rather than held


class Together:
    """What was asked on a connection: short answers, and temporary tables of what statements begin with."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._answers: dict[tuple[object, ...], Any] = {}
        self._tables: dict[str, str] = {}

    def ask(
        self,
        ask: Callable[[Connection, str, Mapping[str, Any]], Rows],
        sql: str,
        values: Mapping[str, Any],
        common: str,
    ) -> Rows:
        """Return the rows of a statement; `common` names the last of those of its tables that others begin with."""
        key = (ask, render(sql, values))
        if key in self._answers:
            return self._answers[key]  # type: ignore[no-any-return]
        cut = self._cut(sql, values, common)
        rows = ask(self._connection, cut, used(cut, values))
        if rows.height <= _SHORT:
            self._answers[key] = rows
        return rows

    def end(self) -> None:
        """Drop the tables."""
        for name in self._tables.values():
            self._connection.execute(f"drop table temp.{name}")
        self._tables.clear()
        self._answers.clear()

    def _cut(self, sql: str, values: Mapping[str, Any], common: str) -> str:
        """Return a statement that begins with a table instead of with what gives it; itself where it needs more."""
        found = re.match(_HEAD.format(common), sql) if common else None
        if not found:
            return sql
        head, rest = found["head"], sql[found.end() :]
        above = set(re.findall(r"^(?:with |with recursive )?(\w+) as ", head, re.MULTILINE)) - {common}
        if any(re.search(rf"\b{name}\b", rest) for name in above):
            return sql
        table = f"select * from temp.{self._table(render(head, values), common)}"
        return f"{found['with']} {common} as not materialized (\n  {table}\n),\n{rest}"

    def _table(self, head: str, common: str) -> str:
        if head not in self._tables:
            name = f"common_{len(self._tables)}"
            self._connection.execute(f"create temp table {name} as\n{head}\nselect * from {common}")
            self._tables[head] = name
        return self._tables[head]
