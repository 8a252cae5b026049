"""A figure: what one chart says in words, a plot for any width, and its data; every output is made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import polars as pl

from tracker.charts.look.scene import Scene

WIDE, NARROW = 840.0, 368.0  # pixels: what pages show on a desk and on a phone


class Plot(Protocol):
    """Draws the marks for a width; `height` is what there is room for, None: as high as the chart likes."""

    def __call__(self, width: float, height: float | None = None) -> Scene:
        """Return the scene. One that needs more than `height` is higher, and is scaled by who asked."""
        ...


@dataclass(frozen=True)
class Figure:
    """One chart of one answer. `alt` says what is drawn, the period and the last values, for who cannot see it.

    `data` is what the marks show, `units` the unit of each of its columns that has one.
    """

    question: str
    title: str
    subtitle: str
    note: str
    alt: str
    plot: Plot
    data: pl.DataFrame
    units: Mapping[str, str] = field(default_factory=dict)
    source: str = ""  # written by who knows the copy, where the chart has none of its own
    has_finding: bool = True  # whether the title states one

    def scene(self, width: float = WIDE) -> Scene:
        """Return the plot alone, as pages show it."""
        return self.plot(width)

    @cached_property
    def on_web(self) -> Scene:
        """The whole sheet as a page has it: composed once for both themes, and for who asks how high it is."""
        from tracker.charts.look import sheet

        return sheet.compose(self, sheet.SIZES["web"])

    def csv(self) -> str:
        """Return the data with the unit in each column's name; what a spreadsheet would run is quoted."""
        named = {name: f"{name} ({unit})" for name, unit in self.units.items() if name in self.data.columns}
        safe = self.data.with_columns(
            pl.when(pl.col(pl.String).str.contains(r"^[=+\-@\t\r]"))
            .then("'" + pl.col(pl.String))
            .otherwise(pl.col(pl.String))
            .name.keep()
        )
        return safe.rename(named).write_csv()
