"""A page in the making. Every number on it carries the row of the answer that it is, and the command of that answer.

In the page a number is `<data value="0.51" data-c="2" data-r="17" data-k="share">51.0%</data>`: column `share` of row
17 of what command 2 of the page prints as JSON; `data-r="17-3"` is the difference of two rows, without a row it is of
the coverage, or `rows`, how many there are. The commands stand at the foot of the page, numbered so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from markupsafe import Markup, escape

from tracker.charts.look.numbers import MINUS, between, count, percent, points, short
from tracker.charts.look.svg import clean
from tracker.pages.site import addresses
from tracker.pages.site.asking import Source

NOTHING = "–"
_MARKS = re.compile("[&<>\"']")  # what a page cannot show as it is
Form = Callable[[float], str]
Cell = Markup | str

__all__ = ["Cell", "Sheet", "Table", "count", "percent", "points", "short"]


@dataclass(frozen=True)
class Table:
    """Rows for people: `head` are labels, one that begins with `>` is of numbers, with `~` left out on a phone."""

    name: str
    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    marks: Sequence[str] = ()  # a class for each row, for what chooses among them

    @cached_property
    def columns(self) -> list[tuple[str, str]]:
        """Label and class of each column."""
        classes = [
            " ".join(name for sign, name in ((">", "r"), ("~", "s")) if sign in label[:2]) for label in self.head
        ]
        return list(zip((label.lstrip(">~") for label in self.head), classes, strict=True))


@dataclass
class Sheet:
    """A page: its path, what its head says, and what is put on it; `current` is the entry of the menu that it is of."""

    path: str
    title: str
    description: str
    template: str
    current: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    datasets: list[Mapping[str, Any]] = field(default_factory=list)  # JSON-LD
    commands: dict[str, int] = field(default_factory=dict)
    is_listed: bool = True  # whether a sitemap names it

    def put(self, **values: Any) -> None:
        """Give the template values."""
        self.values |= values

    def cite(self, source: Source) -> int:
        """Return the number of a source's command on this page."""
        return self.commands.setdefault(source.command, len(self.commands) + 1)

    def number(self, source: Source, row: int | None, column: str, form: Form = count) -> Markup:
        """Return a number of a row, marked with where it is from; a dash where there is none."""
        value = None if row is None else source.rows[row][column]
        return Markup(NOTHING) if value is None else self._data(source, str(row), column, value, form(value))

    def whole(self, source: Source, column: str, form: Form = count) -> Markup:
        """Return a number of the answer as a whole: a part of its coverage."""
        value = source.coverage.get(column)
        return Markup(NOTHING) if value is None else self._data(source, "", column, value, form(value))

    def size(self, source: Source, form: Form = count) -> Markup:
        """Return how many rows an answer has."""
        return self._data(source, "", "rows", len(source.rows), form(len(source.rows)))

    def change(self, source: Source, row: int | None, before: int | None, column: str) -> Markup:
        """Return by how much a share differs from that of another row, in points."""
        if row is None or before is None:
            return Markup(NOTHING)
        value = source.rows[row][column] - source.rows[before][column]
        return self._data(source, f"{row}-{before}", column, value, points(value))

    def bounds(self, source: Source, row: int | None) -> Markup:
        """Return what the untraced part allows of a share, as a range; a dash where nothing is known of it."""
        if row is None or source.rows[row]["low"] is None:
            return Markup(NOTHING)
        low, high = source.rows[row]["low"], source.rows[row]["high"]
        return Markup('<span data-c="{}" data-r="{}" data-k="low,high" data-range="{} {}">{}</span>').format(
            self.cite(source), row, repr(low), repr(high), between(low, high)
        )

    def link(self, path: str | None, text: str) -> Cell:
        """Return a link to another page of the site; the text alone where that has none, or is this one."""
        if path is None or path == self.path:
            return text
        return Markup('<a href="{}">{}</a>').format(self.to(path), clean(text))

    def to(self, path: str) -> str:
        """Return the relative address of another page or file of the site."""
        return addresses.link(self.path, path)

    def _data(self, source: Source, row: str, column: str, value: float, text: str) -> Markup:
        # a page of a model has fifty of them: put together by hand, in a fifth of the time that Markup.format takes
        shown = escape(text) if _MARKS.search(text) else text
        return Markup(
            f'<data value="{value!r}" data-c="{self.cite(source)}" data-r="{row}" data-k="{_escaped(column)}">'
            f"{shown}</data>"
        )


@cache
def _escaped(column: str) -> str:
    return str(escape(column))


def ld(value: Mapping[str, Any] | Sequence[Any]) -> Markup:
    """Return JSON for a script element: nothing in it can end the element, and it parses to the literal text."""
    text = json.dumps(_cleaned(value), ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {name: _cleaned(each) for name, each in value.items()}
    return [_cleaned(each) for each in value] if isinstance(value, Iterable) else value


def signed(change: float) -> str:
    """Return a relative change with its sign."""
    return f"{'+' if change >= 0 else MINUS}{100 * abs(change):.1f}%"


def credit(models: float) -> str:
    """Return models of which some are shared among roots, with the tenths that there are."""
    return f"{models:,.1f}".removesuffix(".0").replace("-", MINUS)


def said(parts: Sequence[tuple[str, bool]]) -> Markup:
    """Return a sentence, what is stressed in it bold."""
    pieces = [
        Markup("<strong>{}</strong>").format(clean(text)) if bold else escape(clean(text)) for text, bold in parts
    ]
    return Markup("").join(pieces)
