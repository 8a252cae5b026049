"""Answer a chart's question, draw it with everything that defends its numbers, and write it with its data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tracker import answers, charts
from tracker.answers import Answer
from tracker.charts import Caption, Chart
from tracker.charts.look.files import save
from tracker.charts.look.style import theme_of
from tracker.errors import TrackerError
from tracker.registry.definitions import Definition
from tracker.words import THEMES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tracker.store import Published


@dataclass(frozen=True)
class Drawing:
    """A figure, what is written on it, and the answer that it draws."""

    figure: Figure
    caption: Caption
    answer: Answer
    title: str

    def save(self, path: Path) -> Path:
        """Write the figure as .svg, .png or .pdf."""
        return save(self.figure, path, self.title, theme_of(self.caption))


def draw(
    published: Published,
    chart: Chart,
    definition: Definition,
    *,
    theme: str = "light",
    title: str | None = None,
) -> Drawing:
    """Answer the chart's question under a definition and draw it; raise TrackerError where it has no rows."""
    answer = answers.ask(published, definition, chart.QUESTION)
    if answer.frame.is_empty():
        raise TrackerError(f"nothing to draw: {next(iter(answer.notes), chart.TITLE)}")
    caption = _caption(published, answer, theme, title)
    return Drawing(chart.draw(answer.frame, caption), caption, answer, title or chart.TITLE)


def draw_all(published: Published, definition: Definition, folder: Path, themes: Sequence[str] = THEMES) -> list[Path]:
    """Draw every chart as SVG and PNG, its rows beside it as CSV; return the files written."""
    written = []
    for name in charts.names():
        for theme in themes:
            drawing = draw(published, charts.find(name), definition, theme=theme)
            stem = name if theme == "light" else f"{name}-{theme}"
            written += [drawing.save(folder / f"{stem}{suffix}") for suffix in (".svg", ".png")]
        drawing.answer.frame.write_csv(folder / f"{name}.csv")
        written.append(folder / f"{name}.csv")
    return written


def _models(published: Published, answer: Answer) -> int:
    """Return how many models the newest night of the answer's scope holds."""
    sql = "select coalesce(max_by(models, snapshot_date), 0) as models from nights where scope = $scope"
    return int(published.query(sql, {"scope": answer.parameters["scope"]})["models"][0])


def _caption(published: Published, answer: Answer, theme: str, title: str | None) -> Caption:
    facts = published.facts()
    families = published.query("select family, country from families where line = family")
    countries = published.query("select country, region from countries")
    return Caption(
        snapshot_date=facts.snapshot_date,
        synthetic=facts.synthetic,
        definition=answer.definition,
        denominator=answer.denominator,
        traced=answer.coverage.get("traced"),
        scope=answer.parameters["scope"],
        models=_models(published, answer),
        registry_version=facts.registry_version or "",
        theme=theme,
        title=title,
        origin_of=dict(families.iter_rows()),
        europe=frozenset(countries.filter(pl.col("region") == "Europe")["country"]),
    )
