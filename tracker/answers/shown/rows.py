"""Rows and how they are shown: for people as a table, in a notebook, for programs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tracker import terminal
from tracker.answers.shown.cells import column_cells, html_table, markdown_table, plain
from tracker.errors import TrackerError
from tracker.table import Table
from tracker.terminal import ROWS_SHOWN

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from tracker.terminal.layout import Layout


_WITH_FLOATS = ("DOUBLE", "FLOAT", "STRUCT", "MAP", "UNION", "[")  # types of duckdb
_WIDER = "a wider window or --format csv shows them"


@dataclass(frozen=True, repr=False)
class Rows:
    """Rows and the SQL that gives the same rows, where there is one.

    `notes` are sentences for people. `shares` names further columns of shares, shown in per cent; `unseen` names
    columns that only programs read.
    """

    table: Table
    sql: str | None = None
    notes: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()

    @classmethod
    def of(cls, frame: pl.DataFrame, sql: str | None = None, notes: tuple[str, ...] = ()) -> Rows:
        """Return the rows of a frame."""
        return cls(Table.of(frame), sql, notes)

    @property
    def frame(self) -> pl.DataFrame:
        """The rows as a frame of polars."""
        return self.table.frame

    @property
    def seen(self) -> Table:
        """The rows as people see them."""
        return self.table.without(self.unseen)

    @cached_property
    def plain_rows(self) -> list[dict[str, Any]]:
        """The rows as JSON has them."""
        return [plain(row) for row in self.table.dicts()]

    @cached_property
    def not_in_json(self) -> tuple[str, ...]:
        """A note where values are no numbers of JSON, which has null for them; other formats have them as they are."""
        found = [
            name
            for at, (name, kind) in enumerate(self.table.types.items())
            if any(each in kind for each in _WITH_FLOATS) and any(_is_no_number(row[at]) for row in self.table.rows)
        ]
        if not found:
            return ()
        return (f"{', '.join(found)}: null stands for NaN and infinity, for which JSON has no number; CSV has them",)

    def head(self) -> dict[str, Any]:
        """Return everything but the rows, for programs."""
        told = {"notes": list(self.not_in_json)} if self.not_in_json else {}
        return told if self.sql is None else {"sql": self.sql, **told}

    @property
    def shown_sql(self) -> str | None:
        """The SQL that `--show-sql` prints."""
        return self.sql

    def footer(self) -> list[str]:
        """Return the lines that end a printed table."""
        return [*self.notes, *self.not_in_json]

    def as_json(self) -> dict[str, Any]:
        """Return the rows for programs: plain values, dates as text; and the SQL."""
        return {"rows": self.plain_rows, **self.head()}

    def as_text(
        self, *, room: int | None = None, most: int | None = None, more: str = "", on_terminal: bool = False
    ) -> str:
        """Return a table with its footer, on lines of `room` cells, of `most` rows; `more` says how to see the rest.

        What has no room is named below. On a terminal the head is bold, and the lines below are folded.
        """
        left = [] if most is None else _rows_left(self.table.height - most, more)
        shown = self.seen.head(self.table.height if most is None else most)
        return self._text(shown, room, [*left, *self.footer()], _WIDER, on_terminal=on_terminal)

    def as_markdown(self) -> str:
        """Return a table of Markdown, without the footer."""
        return markdown_table(self.seen, self.shares)

    def to_pandas(self) -> pd.DataFrame:
        """Return the rows as a pandas DataFrame; raise TrackerError where pandas is not installed."""
        try:
            import pandas as pd
        except ImportError:
            raise TrackerError("to_pandas() needs pandas, which is not installed; run `pip install pandas`") from None
        return pd.DataFrame({name: self.table[name] for name in self.table.columns})

    def __repr__(self) -> str:
        return self._text(self.seen.head(ROWS_SHOWN), terminal.width(), self._below(), ".frame has them").rstrip("\n")

    def _repr_html_(self) -> str:
        return html_table(self.seen.head(ROWS_SHOWN), self.shares, footer=self._below())

    def _below(self) -> list[str]:
        return [*_rows_left(self.table.height - ROWS_SHOWN, ".frame has all"), *self.footer()]

    def _text(self, table: Table, room: int | None, below: list[str], elsewhere: str, on_terminal: bool = False) -> str:
        from tracker.terminal.table import folded, text_table

        layout = _laid_out(table, self.shares, room)
        lines = [terminal.clean(line) for line in [*layout.told(elsewhere), *below]]
        if on_terminal and room:
            lines = [part for line in lines for part in folded(line, room)]
        return text_table(layout, bold=on_terminal) + "".join(f"{line}\n" for line in lines)


def _is_no_number(value: Any) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    if isinstance(value, Mapping):
        return any(map(_is_no_number, value.values()))
    return isinstance(value, list | tuple) and any(map(_is_no_number, value))


def _laid_out(table: Table, shares: Sequence[str], room: int | None) -> Layout:
    """Return how the rows are laid out on lines of so many cells; `shares` are columns that are not named so."""
    from tracker.terminal.layout import Column, lay_out

    columns = [
        Column(
            terminal.clean(name),
            column_cells(table, name, is_share=name in shares),
            is_number=table.is_number(name),
            is_whole=table.is_code(name),
        )
        for name in table.columns
    ]
    return lay_out(columns, room)


def _rows_left(count: int, where: str) -> list[str]:
    return [f"{count:,} more {'row' if count == 1 else 'rows'}; {where}"] if count > 0 else []
