"""Charts of a published copy, each with its definition, coverage and date written on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tracker import charts, files
from tracker.api.copy import Copy
from tracker.errors import SettingsError
from tracker.pages import drawing
from tracker.pages.drawing import Drawing
from tracker.registry.definitions import Definition
from tracker.words import THEMES

__all__ = ["Drawing", "chart", "every_chart", "titles", "week_folder"]


def titles() -> dict[str, str]:
    """Return what each chart shows, by its name."""
    return {name: charts.find(name).TITLE for name in charts.names()}


def chart(
    copy: Copy, name: str, *, definition: str | Definition = "default", theme: str = "light", title: str | None = None
) -> Drawing:
    """Return a chart as it is drawn; `.save(path)` writes it. Raises UnknownName with the nearest names."""
    return drawing.draw(copy.published, charts.find(name), copy.definition(definition), theme=theme, title=title)


def every_chart(
    copy: Copy, folder: Path, *, definition: str | Definition = "default", themes: Sequence[str] = THEMES
) -> list[Path]:
    """Draw every chart as SVG and PNG, its rows beside it as CSV; return the files written."""
    return drawing.draw_all(copy.published, copy.definition(definition), folder, themes=themes)


def week_folder(copy: Copy) -> Path:
    """Return where the charts of the copy's week go: reports/<year>-W<week> in its data folder.

    Raises SettingsError for a copy that stands in none: nothing is written beside it.
    """
    if files.is_copy(copy.data_dir):
        raise SettingsError(f"{copy.data_dir} is a copy to ask, nothing is written there; name a folder with --output")
    year, week, _ = copy.facts.snapshot_date.isocalendar()
    return copy.data_dir / "reports" / f"{year}-W{week:02d}"
