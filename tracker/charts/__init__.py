"""Charts: one module each, found by this folder. A chart takes a frame and returns a figure; it never queries.

A chart declares `TITLE` (one line for lists), `QUESTION` (whose rows it draws: a measure and its parameters, of the
share, the trend, the ranking or any other) and `draw(frame, caption) -> Figure`. What charts share is in `look/`.

May import: errors, findings.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

from tracker.charts.look.caption import Caption
from tracker.errors import UnknownName

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

__all__ = ["Caption", "Chart", "find", "names"]


class Chart(Protocol):
    """What a chart's module declares."""

    TITLE: str
    QUESTION: Mapping[str, Any]

    def draw(self, frame: pl.DataFrame, caption: Caption) -> Figure:
        """Return the figure of the question's rows."""
        ...


def names() -> list[str]:
    """Return the names of all charts: the modules of this folder."""
    return sorted(each.name for each in pkgutil.iter_modules(__path__) if not each.ispkg)


def find(name: str) -> Chart:
    """Return the chart called `name`; raise UnknownName with the nearest names."""
    if name not in names():
        raise UnknownName("chart", name, names())
    return cast(Chart, importlib.import_module(f"{__name__}.{name}"))
