"""Answer a chart's question, draw it with everything that defends its numbers, and write it with its data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import polars as pl

from tracker import answers, charts
from tracker.answers import Answer, Axes
from tracker.charts import Caption
from tracker.charts.files import save
from tracker.charts.style import theme_of
from tracker.errors import UnknownName
from tracker.registry.definitions import Definition

if TYPE_CHECKING:
    from tracker.store import Published

MONTHS_BACK = 35  # what a chart of months shows at most, the running month included


@dataclass(frozen=True)
class Drawing:
    """A figure, what is written on it, and the answer that it draws."""

    figure: Any
    caption: Caption
    answer: Answer
    title: str

    def save(self, path: Path) -> Path:
        """Write the figure as .svg, .png or .pdf."""
        return save(self.figure, path, self.title, theme_of(self.caption))


def draw(
    published: Published,
    chart: ModuleType,
    definition: Definition,
    *,
    theme: str = "light",
    title: str | None = None,
) -> Drawing:
    """Answer the chart's question under a definition and draw it."""
    answer = _answer(published, chart.QUESTION, definition)
    caption = _caption(published, answer, theme, title)
    return Drawing(chart.draw(answer.frame, caption), caption, answer, title or chart.TITLE)


def draw_all(
    published: Published, definition: Definition, folder: Path, themes: Sequence[str] = ("light", "dark")
) -> list[Path]:
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


def _answer(published: Published, question: dict[str, Any], definition: Definition) -> Answer:
    if question["measure"] == "share":
        first = _months_before(published.facts().snapshot_date, MONTHS_BACK)
        return answers.share(published, definition, by=question["by"], first=first)
    if question["measure"] == "trend":
        return answers.trend(published, definition, Axes(question["of"], question["by"]))
    raise UnknownName("measure", question["measure"], ("share", "trend"))


def _months_before(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _caption(published: Published, answer: Answer, theme: str, title: str | None) -> Caption:
    facts = published.facts()
    families = published.query("select distinct top_family, country from families where parent is null")
    countries = published.query("select country, region from countries")
    return Caption(
        snapshot_date=facts.snapshot_date,
        synthetic=facts.synthetic,
        definition=answer.definition,
        denominator=answer.denominator,
        traced=answer.coverage.get("traced"),
        scope=facts.scope,
        registry_version=facts.registry_version or "",
        theme=theme,
        title=title,
        origin_of=dict(families.iter_rows()),
        europe=frozenset(countries.filter(pl.col("region") == "Europe")["country"]),
    )
