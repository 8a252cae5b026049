"""A figure of ours: the number, and the SELECT that gives it."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Figure:
    """A number with `sql`, a SELECT of one row and one column (`value`) that gives it, values written out.

    `traced` and `unreviewed` are parts of 1 of what was counted; None where no lineage decides the number. Figures are
    divided and subtracted, and their SQL with them.
    """

    value: float
    sql: str
    traced: float | None = None
    unreviewed: float | None = None

    def __truediv__(self, other: Figure | int) -> Figure:
        return self._with("/", other, self.value / _value(other))

    def __sub__(self, other: Figure | int) -> Figure:
        return self._with("-", other, self.value - _value(other))

    @property
    def statement(self) -> str:
        """The SELECT by itself: one row, so that its order is settled as that of any other."""
        return f"{self.sql}\norder by value"

    @property
    def coverage(self) -> dict[str, float | None]:
        """What an answer calls its coverage: `traced` and `unreviewed`."""
        return {"traced": self.traced, "unreviewed": self.unreviewed}

    def _with(self, operator: str, other: Figure | int, value: float) -> Figure:
        right = f"({_indented(other.sql)})" if isinstance(other, Figure) else str(other)
        return replace(self, value=value, sql=f"select ({_indented(self.sql)}) {operator} {right} as value")


def _value(other: Figure | int) -> float:
    return other.value if isinstance(other, Figure) else other


def _indented(sql: str) -> str:
    return "\n" + "".join(f"  {line}\n" for line in sql.splitlines())
