"""A table of text, for a terminal, a prompt or a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len, chop_cells, set_cell_size

from tracker.terminal.layout import Column, Layout, words_of

MOST_LINES = 8  # that a sentence is folded into
CUT = "…"
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def text_table(layout: Layout, *, bold: bool = False) -> str:
    """Return the table: a blank line, the head above a rule, the rows, a blank line."""
    columns, gap = layout.columns, " " * layout.gap
    head = list(zip(*_from_below([_head(each) for each in columns]), strict=True))
    lines = [_line(columns, cells, gap) for cells in head]
    rule = " " + "─" * (sum(each.width for each in columns) + layout.gap * (len(columns) - 1))
    body = [line for row in zip(*(each.cells for each in columns), strict=True) for line in _row(columns, row, gap)]
    titles = [f"{_BOLD}{line}{_PLAIN}" for line in lines] if bold else lines
    return "\n".join(["", *titles, rule, *body, "", ""])


def folded(text: str, width: int) -> list[str]:
    """Return text on lines of a width, folded between words."""
    return _filled(text.split(" "), width, " ")


def _row(columns: Sequence[Column], cells: Sequence[str], gap: str) -> Iterator[str]:
    """Yield the lines of one row: more than one where a sentence is folded."""
    parts = [_in_column(cell, each) for each, cell in zip(columns, cells, strict=True)]
    for line in zip_longest(*parts, fillvalue=""):
        yield _line(columns, line, gap)


def _line(columns: Sequence[Column], cells: Sequence[str], gap: str) -> str:
    placed = [_placed(cell, each) for each, cell in zip(columns, cells, strict=True)]
    return (" " + gap.join(placed)).rstrip()


def _placed(cell: str, column: Column) -> str:
    blank = " " * (column.width - cell_len(cell))
    return blank + cell if column.is_number else cell + blank


def _in_column(cell: str, column: Column) -> list[str]:
    """Return the lines of a cell: itself, a sentence folded between words, or a name that is cut."""
    if cell_len(cell) <= column.width:
        return [cell]
    if not column.has_sentences:
        return [_cut(cell, column.width)]
    lines = folded(cell, column.width)
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], _cut(f"{lines[MOST_LINES - 1]} {CUT}", column.width)]
    return lines


def _head(column: Column) -> list[str]:
    return _filled(words_of(column.name), column.width, "")


def _filled(words: Sequence[str], width: int, between: str) -> list[str]:
    """Return words on as few lines of a width as they take; one that is longer than a line is broken."""
    lines = [""]
    for word in (part for each in words for part in (chop_cells(each, width) or [""])):
        longer = f"{lines[-1]}{between if lines[-1] else ''}{word}"
        if cell_len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _from_below(heads: Sequence[list[str]]) -> list[list[str]]:
    """Return heads with as many lines each, their last ones side by side."""
    most = max(map(len, heads), default=0)
    return [[""] * (most - len(each)) + each for each in heads]


def _cut(text: str, width: int) -> str:
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + CUT
