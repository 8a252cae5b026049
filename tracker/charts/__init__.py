"""Charts: one module each, found by this folder. A chart takes a frame and returns a figure; it never queries.

A chart module has `TITLE` (one line for lists), `QUESTION` (the measure whose rows it draws, and its
parameters) and `draw(frame, caption) -> Figure`.

May import: errors.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import ModuleType

from tracker.errors import UnknownName

NOT_CHARTS = {"style", "colors", "labels", "files"}


@dataclass(frozen=True)
class Caption:
    """What a figure must say beside its data: when, how much is covered, by which rule, and how certain."""

    snapshot_date: date
    synthetic: bool = False
    definition: str = "default"
    denominator: str = ""
    traced: float | None = None  # 0 to 1: share of the rows that reach a root on the Hub
    scope: str = "full"
    registry_version: str = ""
    title: str | None = None  # replaces the title that the data suggests
    theme: str = "light"
    origin_of: Mapping[str, str] = field(default_factory=dict)  # family -> origin country
    europe: frozenset[str] = frozenset()  # countries drawn as Europe


def names() -> list[str]:
    """Return the names of all charts: the modules of this folder, less those that only help to draw."""
    return sorted(each.name for each in pkgutil.iter_modules(__path__) if each.name not in NOT_CHARTS)


def find(name: str) -> ModuleType:
    """Return the chart module called `name`; raise UnknownName with the nearest names."""
    if name not in names():
        raise UnknownName("chart", name, names())
    return importlib.import_module(f"{__name__}.{name}")
