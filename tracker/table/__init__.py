"""Rows in columns of one type each, as duckdb gives them. A frame of polars is made where one is asked for.

Importing polars costs more than most questions, so questions at a prompt are answered without it.

May import: nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

Row = tuple[Any, ...]

_NUMBERS = (
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
)
_TIMES = ("DATE", "TIME", "TIMESTAMP", "INTERVAL")


class Table:
    """Rows, and the type of each column by its name, in the words of duckdb."""

    def __init__(self, types: Mapping[str, str], rows: Iterable[Row] = ()) -> None:
        self.types = dict(types)
        self.rows: Sequence[Row] = rows if isinstance(rows, list) else list(rows)

    @classmethod
    def of(cls, frame: pl.DataFrame) -> Table:
        """Return the table of a frame, which it keeps."""
        from tracker.table import frames

        table = cls(frames.types(frame), frame.rows())
        table.frame = frame
        return table

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self.types)

    @property
    def height(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    @cached_property
    def frame(self) -> pl.DataFrame:
        """The rows as a frame of polars."""
        from tracker.table import frames

        return frames.frame(self.types, self.rows)

    def __getitem__(self, column: str) -> list[Any]:
        """Return the values of a column."""
        at = self.columns.index(column)
        return [row[at] for row in self.rows]

    def dicts(self) -> list[dict[str, Any]]:
        """Return each row by the names of its columns."""
        columns = self.columns
        return [dict(zip(columns, row, strict=True)) for row in self.rows]

    def head(self, most: int) -> Table:
        """Return the first rows, `most` of them at most."""
        return self if most >= self.height else Table(self.types, self.rows[:most])

    def without(self, columns: Collection[str]) -> Table:
        """Return the table without some columns, whether or not it has them."""
        kept = [at for at, name in enumerate(self.types) if name not in columns]
        if len(kept) == len(self.types):
            return self
        types = {name: kind for name, kind in self.types.items() if name not in columns}
        return Table(types, [tuple(row[at] for at in kept) for row in self.rows])

    def is_number(self, column: str) -> bool:
        """Whether a column holds numbers."""
        return _is_a(self.types[column], _NUMBERS)

    def is_code(self, column: str) -> bool:
        """Whether it holds values that mean nothing when they are cut: numbers, times, true and false."""
        return _is_a(self.types[column], (*_NUMBERS, *_TIMES, "BOOLEAN"))


def _is_a(kind: str, names: Collection[str]) -> bool:
    return not kind.endswith("]") and kind.partition("(")[0].partition(" ")[0].partition("_")[0] in names
