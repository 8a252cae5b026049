"""Charts: one module each, found by this folder or a folder below it. A chart takes answers and gives one figure.

A chart declares `TITLE` (one line for lists), `QUESTION` (what a reader asks), `ASKS` (by a name of its own: the
questions whose rows it draws, a measure and its parameters each) and `draw(asked, facts) -> Figure`. It may declare
`LOG = True` where its axis can be logarithmic, `KEEPS`, the parameters of its questions that no option replaces, and
`more(asked, facts)`, which returns further questions once the first are answered; one of the same name takes the place
of the first. It may declare `CHOOSES`, the column (or `model`) whose name `--only` gives in `facts.chosen`, where the
chart is about one of them. It never queries. The look is in `look/`, forms that charts share in `forms/`, marks
of days in `marked/`, plots of one chart each in `plots/`.

May import: errors, findings.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, cast

from tracker.charts.look.facts import Asked, Facts
from tracker.charts.look.figure import Figure
from tracker.errors import TrackerError, UnknownName

__all__ = ["Asked", "Asks", "Chart", "Facts", "Figure", "find", "names"]

_SHARED = {"look", "forms", "marked", "plots"}
FORMER = {"share_by_family": "families", "downloads_by_origin": "downloads"}  # names that scripts still use

Asks = Mapping[str, Mapping[str, Any]]


class Chart(Protocol):
    """What a chart's module declares."""

    TITLE: str
    QUESTION: str
    ASKS: Asks

    def draw(self, asked: Mapping[str, Asked], facts: Facts) -> Figure:
        """Return the figure of the answers to ASKS."""
        ...


def names() -> list[str]:
    """Return the names of all charts: the modules of this folder and of those below it."""
    return sorted(_modules())


def find(name: str) -> Chart:
    """Return the chart called `name`; raise UnknownName with the nearest names, TrackerError for half a chart."""
    name = FORMER.get(name, name)
    if name not in (found := _modules()):
        raise UnknownName("chart", name, names())
    chart = importlib.import_module(found[name])
    if missing := [member for member in ("TITLE", "QUESTION", "ASKS", "draw") if not hasattr(chart, member)]:
        raise TrackerError(f"chart {name}: lacks {', '.join(missing)}; see tracker/charts/__init__.py")
    if odd := [asked for asked, question in chart.ASKS.items() if "measure" not in question]:
        raise TrackerError(f"chart {name}: ASKS[{odd[0]!r}] names no `measure`; see tracker/charts/__init__.py")
    return cast(Chart, chart)


def more(chart: Chart) -> Callable[[Mapping[str, Asked], Facts], Asks]:
    """Return what gives a chart's further questions once the first are answered; most have none."""
    return getattr(chart, "more", lambda asked, facts: {})


def chooses(chart: Chart) -> str:
    """Return the column that a chart is about one name of; most are about all of them, and it is empty."""
    return str(getattr(chart, "CHOOSES", ""))


def keeps(chart: Chart) -> frozenset[str]:
    """Return the parameters of a chart's questions that no option replaces; most have none."""
    return frozenset(getattr(chart, "KEEPS", ()))


def may_lack(chart: Chart) -> bool:
    """Say whether a chart can do without rows of any of its questions; most need all of theirs."""
    return bool(getattr(chart, "MAY_LACK", False))


def has_log(chart: Chart) -> bool:
    """Say whether a chart's axis can be logarithmic."""
    return bool(getattr(chart, "LOG", False))


def _modules() -> dict[str, str]:
    return dict(_found(Path(__path__[0]), __name__))


def _found(folder: Path, package: str) -> Iterator[tuple[str, str]]:
    for each in pkgutil.iter_modules([str(folder)]):
        if not each.ispkg:
            yield each.name, f"{package}.{each.name}"
        elif each.name not in _SHARED:
            yield from _found(folder / each.name, f"{package}.{each.name}")
