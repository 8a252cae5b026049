"""Cells as people read them, and rows as a table of Markdown or HTML.

The Hub is written by strangers: nothing of theirs reaches a page as markup.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tracker.terminal import clean

if TYPE_CHECKING:
    from tracker.table import Table


# what Markdown would read as a mark; _ within a word is none, nor is & before a blank
_MARKS = re.compile(r"[\\`*\[\]<|~$]|&(?=[#\w])|(?<![^\W_])_|_(?![^\W_])")


def markdown_table(table: Table, shares: Sequence[str] = ()) -> str:
    """Return the rows as a table of Markdown, in which every value stands literally."""

    def line(row: Iterable[str]) -> str:
        return "| " + " | ".join(map(in_markdown, row)) + " |\n"

    align = ["---:" if table.is_number(name) else "---" for name in table.columns]
    body = "".join(line(cells(row, shares)) for row in table.dicts())
    return line(table.columns) + line(align) + body


def in_markdown(text: str) -> str:
    """Return a text that Markdown shows as it is, on one line."""
    return _MARKS.sub(r"\\\g<0>", clean(text))


def html_table(table: Table, shares: Sequence[str] = (), *, footer: Sequence[str] = ()) -> str:
    """Return the rows as a table of HTML with lines below it, every value escaped."""
    sides = ["right" if table.is_number(name) else "left" for name in table.columns]

    def line(tag: str, row: Iterable[str]) -> str:
        styled = zip(row, sides, strict=True)
        return "".join(f'<{tag} style="text-align:{side}">{_escaped(cell)}</{tag}>' for cell, side in styled)

    head = f"<thead><tr>{line('th', table.columns)}</tr></thead>"
    body = "".join(f"<tr>{line('td', cells(row, shares))}</tr>" for row in table.dicts())
    below = f"<p><small>{'<br>'.join(map(_escaped, footer))}</small></p>" if footer else ""
    return f"<div><table>{head}<tbody>{body}</tbody></table>{below}</div>"


def cells(row: Mapping[str, Any], shares: Sequence[str] = ()) -> Iterator[str]:
    """Yield the cells of a row as people read them."""
    return (_human(_as_shown(name, row, name in shares), value) for name, value in row.items())


def column_cells(table: Table, column: str, *, is_share: bool) -> list[str]:
    """Return the cells of a column as people read them."""
    name = _as_shown(column, table.columns, is_share)
    return [_human(name, value) for value in table[column]]


def _as_shown(name: str, columns: Collection[str], is_share: bool) -> str:
    """Return the name of a column that is shown alike: beside what was before and after, a change is no part."""
    if is_share:
        return "share"
    return "difference" if name == "change" and "before" in columns and "after" in columns else name


_PLAIN = frozenset((str, int, bool, type(None)))


def plain(value: Any) -> Any:
    """Return a value as JSON has it: dates as text, decimals as numbers, whatever they stand in; null for no number.

    What is NaN or infinite would be no JSON.
    """
    if type(value) in _PLAIN:  # most of them: asked first, since answers have a million
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str | int):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: each if type(each) in _PLAIN else plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return float(value) if hasattr(value, "__float__") else str(value)  # a decimal


def _escaped(text: str) -> str:
    from html import escape

    return escape(clean(text))


def _human(name: str, value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return _human_float(name, value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}{'Z' if value.tzinfo else ''}"  # all of them are UTC
    text = plain(value)
    return clean(text if isinstance(text, str) else json.dumps(text, ensure_ascii=False))


def _without_sign(text: str) -> str:
    """Return it without a minus where its digits say nothing."""
    return text if text.strip("-0.%") else text.removeprefix("-")


def _human_float(name: str, value: float) -> str:
    if not math.isfinite(value):
        return "–"
    if name in ("share", "low", "high", "distance") or name.endswith("_share"):
        return _without_sign(f"{value:.1%}")
    if name in ("change", "growth"):  # relative to the night compared with
        return f"{value:+.1%}"
    if value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3g}"
