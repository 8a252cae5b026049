"""Charts of a published copy, each with its definition, coverage and date written on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tracker import charts, dates, files
from tracker.api.copy import Copy
from tracker.errors import SettingsError
from tracker.pages import drawing
from tracker.pages.drawing import Drawing, Studio
from tracker.registry.definitions import Definition
from tracker.words import THEMES

__all__ = ["Drawing", "chart", "every_chart", "titles", "week_folder"]


def titles() -> dict[str, str]:
    """Return the title of each chart by its name."""
    return {name: charts.find(name).TITLE for name in charts.names()}


def chart(
    copy: Copy,
    name: str,
    *,
    by: str | None = None,
    of: str | None = None,
    first: str | date | None = None,
    to: str | date | None = None,
    month: str | date | None = None,
    only: str | Sequence[str] = (),
    where: str | Sequence[str] = (),
    since_release: bool = False,
    log: bool = False,
    definition: str | Definition = "default",
    title: str = "",
) -> Drawing:
    """Draw a chart; `.save(path)` writes it. Raises UnknownName with the nearest names.

    `by`, `of`, `only`, `where`, `since_release` are options of the question that the chart asks, a share or a trend.
    `first` and `to` are months or days; `month` is the month that the chart shows. Raises SettingsError for an option
    that the chart's question does not have.
    """
    options: Mapping[str, Any] = {
        "by": by,
        "of": of,
        "first": dates.first_of(first) if first else None,
        "until": dates.last_of(to) if to else None,
        "month": dates.month(month) if month else None,
        "only": (only,) if isinstance(only, str) else tuple(only),
        "where": (where,) if isinstance(where, str) else tuple(where),
        "since_release": since_release,
    }
    return Studio(copy.published, copy.definition(definition), copy.registry).draw(
        charts.find(name), options, log=log, title=title
    )


def every_chart(
    copy: Copy, folder: Path, *, definition: str | Definition = "default", themes: Sequence[str] = THEMES
) -> list[Path]:
    """Draw every chart as SVG and PNG, its rows beside it as CSV; return the files written."""
    return drawing.draw_all(copy.published, copy.definition(definition), folder, themes, copy.registry)


def week_folder(copy: Copy) -> Path:
    """Return the folder for the charts of the copy's week: reports/<year>-W<week> in its data folder.

    Raises SettingsError for an export or a data set: nothing is written beside it.
    """
    if files.is_copy(copy.data_dir):
        raise SettingsError(f"{copy.data_dir} is a copy to ask, nothing is written there; name a folder with --output")
    year, week, _ = copy.facts.snapshot_date.isocalendar()
    return copy.data_dir / "reports" / f"{year}-W{week:02d}"
