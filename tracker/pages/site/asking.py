"""Questions of the site's pages: rows with the command that gives them, each asked once."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from tracker.answers import Answer
from tracker.answers.provenance.about import credits_of
from tracker.pages.commands import command
from tracker.pages.drawing import Studio

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """Rows of one answer, and the command whose rows they are."""

    command: str
    rows: Sequence[Row]
    coverage: Mapping[str, float | None]
    credits: Sequence[str] = ()  # the line of each source beside the Hub that its rows come from

    def find(self, **key: Any) -> int | None:
        """Return the place of the first row with these values, None where there is none."""
        names = tuple(key)
        if names not in self._places:
            known: dict[tuple[Any, ...], int] = {}
            for at, row in enumerate(self.rows):
                known.setdefault(tuple(row[name] for name in names), at)
            self._places[names] = known
        return self._places[names].get(tuple(key.values()))

    def all(self, **key: Any) -> list[int]:
        """Return the places of all rows with these values, in order."""
        names = tuple(key)
        if names not in self._all:
            known = self._all[names] = {}
            for at, row in enumerate(self.rows):
                known.setdefault(tuple(row[name] for name in names), []).append(at)
        return self._all[names].get(tuple(key.values()), [])

    def grouped(self, column: str, value: Any) -> Sequence[Row]:
        """Return the rows with a value of a column, in order."""
        if (column,) not in self._groups:
            groups = self._groups[column,] = {}
            for row in self.rows:
                groups.setdefault(row[column], []).append(row)
        return self._groups[column,].get(value, [])

    def of(self, rows: Sequence[Row]) -> Source:
        """Return the command with rows that were asked for in another way and are the same."""
        return replace(self, rows=rows)

    def named(self, command: str) -> Source:
        """Return the rows under a shorter command that gives them as well."""
        return replace(self, command=command)

    @cached_property
    def _groups(self) -> dict[tuple[str], dict[Any, list[Row]]]:
        return {}

    @cached_property
    def _all(self) -> dict[tuple[str, ...], dict[tuple[Any, ...], list[int]]]:
        return {}

    @cached_property
    def _places(self) -> dict[tuple[str, ...], dict[tuple[Any, ...], int]]:
        return {}


class Desk:
    """Asks one copy; a question that several pages have is asked once."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self._known: dict[str, Source] = {}

    def ask(self, measure: str, **parameters: Any) -> Source:
        """Return the rows of a question, such as charts ask it."""
        question = {"measure": measure, **parameters}
        key = repr(sorted(question.items()))
        if key not in self._known:
            answer = self.studio.ask(question)
            self._known[key] = told(answer, parameters.get("rows"))
        return self._known[key]

    def sql(self, query: str, **parameters: Any) -> Source:
        """Return the rows of a SELECT on the copy."""
        asked = self.written(query, **parameters)
        if asked.command not in self._known:
            self._known[asked.command] = asked.of(self.studio.published.table(query, parameters).dicts())
        return self._known[asked.command]

    def written(self, query: str, **parameters: Any) -> Source:
        """Return the command of a SELECT without its rows, for who has them from a question about many at once."""
        text = self.studio.published.render(" ".join(query.split()), parameters)
        return Source(shlex.join(["tracker", "sql", text]), (), {})

    def month(self, by: str, month: str, **more: Any) -> Source:
        """Return the shares of one month (YYYY-MM)."""
        first = date.fromisoformat(f"{month}-01")
        until = _last_day(first)
        return self.ask(
            "share", by=by, first=first, until=min(until, self.studio.published.facts().snapshot_date), **more
        )


def told(answer: Answer, rows: int | None = None) -> Source:
    """Return an answer's rows with its command."""
    credits = credits_of(answer.facts, answer.sql) if answer.table.rows else ()
    return Source(command(answer, rows), answer.table.dicts(), answer.coverage, credits)


def _last_day(first: date) -> date:
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)
