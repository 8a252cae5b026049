"""One measured figure with its bar, and the table of many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A measured value, the bar it is held to, and what it is compared with."""

    name: str
    value: float
    unit: str = ""
    bar: float | None = None
    at_least: bool = False  # the bar is a floor, not a ceiling
    alternative: str = ""  # the obvious alternative or the limit, in words
    ratio: float | None = None  # this figure over the alternative's

    @property
    def kept(self) -> str:
        if self.bar is None:
            return ""
        kept = self.value >= self.bar if self.at_least else self.value <= self.bar
        return "kept" if kept else "MISSED"


HEADINGS = ("what", "figure", "bar", "alternative or limit", "ratio", "kept")


def table(figures: Iterable[Figure]) -> str:
    """Return figures as a table of plain text."""
    lines = [HEADINGS, *(cells(each) for each in figures)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(" | ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def cells(figure: Figure) -> tuple[str, ...]:
    """Return a figure as the words of a table."""
    sign = "≥" if figure.at_least else "≤"
    return (
        figure.name,
        f"{short(figure.value)} {figure.unit}".rstrip(),
        "" if figure.bar is None else f"{sign} {short(figure.bar)}",
        figure.alternative,
        "" if figure.ratio is None else short(figure.ratio),
        figure.kept,
    )


def short(value: float) -> str:
    """Return a number with three significant digits, whole from a hundred on."""
    if value == 0 or 0.001 <= abs(value) < 100:
        return f"{value:.3g}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1e}"
