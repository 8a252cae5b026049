"""Cache many questions to one copy: run each statement once, and compute tables that several begin with once.

Rows depend on the text of a statement, its bound values and a copy that never changes. Text and values are the cache
key, so a cached answer is always equal to a new one. A table holds the columns that statements name after it; of
those that differ in their first month alone it is that of all months, which each cuts off where its own begins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol, TypeVar

from tracker.sql.connect import Connection, literal, rows
from tracker.sql.render import render, used


class Told(Protocol):
    """Rows as they are told: a table, or a frame of polars."""

    @property
    def height(self) -> int:
        """How many rows there are."""
        ...


Rows = TypeVar("Rows", bound=Told)
# the tables of a statement of ours, each of them closed at the beginning of a line, up to one of a name
_HEAD = (
    r"(?P<head>(?P<with>with(?: recursive)?) (?:.*\n)*?{} as (?:materialized )?\((?: --.*)?\n(?:  .*\n|\n)*\))"
    r"(?P<more>,?)\n"
)
_SHORT = 1_000  # rows; larger answers are not cached
_FIRST, _MONTH = "first_month", "month"  # what measures bind for the first month that they count, and its column
_OUTPUT = re.compile(r"^select\b(.*?)(?=^from\b|\Z)", re.DOTALL | re.MULTILINE)  # the last one is the statement's


class _Held(NamedTuple):
    """A temporary table, and which columns it holds of those that there could be."""

    name: str
    columns: frozenset[str]
    every: list[str]


class Together:
    """What was asked on a connection: short answers, and temporary tables of what statements begin with."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._answers: dict[tuple[object, ...], Any] = {}
        self._tables: dict[str, _Held] = {}
        self._made = 0

    def ask(
        self,
        ask: Callable[[Connection, str, Mapping[str, Any]], Rows],
        sql: str,
        values: Mapping[str, Any],
        common: str,
    ) -> Rows:
        """Return the rows of a statement; `common` names the last of those of its tables that others begin with.

        Columns that others are known to want of it stand behind its name: a table that lacks one is made again.
        """
        key = (ask, render(sql, values))
        if key in self._answers:
            return self._answers[key]  # type: ignore[no-any-return]
        cut = self._cut(sql, values, common)
        told = ask(self._connection, cut, used(cut, values))
        if told.height <= _SHORT:
            self._answers[key] = told
        return told

    def foretell(self, ask: Callable[..., Told], sql: str, values: Mapping[str, Any], told: Told) -> None:
        """Keep the rows of a statement, which were asked for together with those of others."""
        self._answers[ask, render(sql, values)] = told

    def end(self) -> None:
        """Drop the tables."""
        for held in self._tables.values():
            self._connection.execute(f"drop table temp.{held.name}")
        self._tables.clear()
        self._answers.clear()

    def _cut(self, sql: str, values: Mapping[str, Any], common: str) -> str:
        """Return a statement that begins with a table instead of with what gives it; itself where it needs more."""
        common, *columns = common.split() or [""]
        found = re.match(_HEAD.format(common), sql) if common else None
        if not found:
            return sql
        head, rest = found["head"], sql[found.end() :]
        above = set(re.findall(r"^(?:with |with recursive )?(\w+) as ", head, re.MULTILINE)) - {common}
        if any(re.search(rf"\b{name}\b", rest) for name in above):
            return sql
        since = ""
        if head.count(f"${_FIRST}") == head.count(f">= ${_FIRST}") == 1:
            since = f" where {_MONTH} >= {literal(values[_FIRST])}"
            values = {**values, _FIRST: date.min}
        table = f"select * from temp.{self._table(render(head, values), common, rest + since, columns)}{since}"
        return f"{found['with']} {common} as not materialized (\n  {table}\n){found['more']}\n{rest}"

    def _table(self, head: str, common: str, rest: str, columns: Sequence[str]) -> str:
        """Return the name of the table of what a head gives, with all columns that the rest of a statement names."""
        held = self._tables.get(head)
        every = held.every if held else self._columns(head, common)
        wanted = _named(rest, every) | frozenset(every).intersection(columns) | (held.columns if held else set())
        if not held or wanted > held.columns:
            if held:
                self._connection.execute(f"drop table temp.{held.name}")
            held = self._tables[head] = _Held(f"common_{self._made}", wanted, every)
            self._made += 1
            chosen = ", ".join(name for name in every if name in wanted) or "null as nothing"
            self._connection.execute(f"create temp table {held.name} as\n{head}\nselect {chosen} from {common}")
        return held.name

    def _columns(self, head: str, common: str) -> list[str]:
        return [name for name, *_ in rows(self._connection, f"describe {head}\nselect * from {common}")]


def _named(rest: str, every: list[str]) -> frozenset[str]:
    """Return the columns that what follows a table may read: those that are words in it; all where it puts out `*`."""
    *_, output = _OUTPUT.findall(rest)
    return frozenset(every) & frozenset(every if "*" in output else re.findall(r"\w+", rest))
