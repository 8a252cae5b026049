"""Rows and how they are shown: for people as a table, in a notebook, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from tracker.answers.shown.cells import html_table, markdown_table, plain, text_table
from tracker.errors import TrackerError

if TYPE_CHECKING:
    import pandas as pd

ROWS_SHOWN = 50  # in a notebook or at a prompt; `frame` holds them all


@dataclass(frozen=True, repr=False)
class Rows:
    """A frame and the SQL that gives the same rows, where there is one.

    `notes` are sentences for people. `shares` are columns of shares that are not named so, which people see in per
    cent; `unseen` are columns that only programs read.
    """

    frame: pl.DataFrame
    sql: str | None = None
    notes: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()

    @property
    def seen(self) -> pl.DataFrame:
        """The frame as people see it."""
        return self.frame.drop(self.unseen, strict=False)

    @cached_property
    def plain_rows(self) -> list[dict[str, Any]]:
        """The rows as JSON has them."""
        return [plain(row) for row in self.frame.iter_rows(named=True)]

    def head(self) -> dict[str, Any]:
        """Return everything but the rows, for programs."""
        return {} if self.sql is None else {"sql": self.sql}

    @property
    def shown_sql(self) -> str | None:
        """The SQL that `--show-sql` prints."""
        return self.sql

    def footer(self) -> list[str]:
        """Return the lines that end a printed table."""
        return [*self.notes]

    def as_json(self) -> dict[str, Any]:
        """Return the rows for programs: plain values, dates as text; and the SQL."""
        return {"rows": self.plain_rows, **self.head()}

    def as_text(self, *, on_terminal: bool = False) -> str:
        """Return a table with its footer."""
        lines = "".join(f"{line}\n" for line in self.footer())
        return text_table(self.seen, self.shares, on_terminal=on_terminal) + lines

    def as_markdown(self) -> str:
        """Return a table of Markdown, without the footer."""
        return markdown_table(self.seen, self.shares)

    def to_pandas(self) -> pd.DataFrame:
        """Return the rows as a pandas DataFrame; raise TrackerError where pandas is not installed."""
        try:
            import pandas as pd
        except ImportError:
            raise TrackerError("to_pandas() needs pandas, which is not installed; run `pip install pandas`") from None
        return pd.DataFrame(self.frame.to_dict(as_series=False))

    def __repr__(self) -> str:
        return text_table(self.seen.head(ROWS_SHOWN), self.shares) + "\n".join(self._below())

    def _repr_html_(self) -> str:
        return html_table(self.seen.head(ROWS_SHOWN), self.shares, footer=self._below())

    def _below(self) -> Sequence[str]:
        more = self.frame.height - ROWS_SHOWN
        return [*([f"{more:,} more rows are in .frame"] if more > 0 else []), *self.footer()]
