"""Generations of a family: its lines as a stack, months or quarters, the oldest palest at the foot."""

from __future__ import annotations

import polars as pl
import pytest

from tests import planted as copies
from tests.charts import made
from tests.charts.legible import assert_legible
from tracker import charts
from tracker.charts import Figure
from tracker.charts.look.scene import Path
from tracker.pages.drawing import Studio
from tracker.registry.definitions import find

RELEASES = {"Qwen2": "2024-06", "Qwen2.5": "2024-09-19", "Qwen3": "2025-04-29", "Qwen3.5": "2026-02", "Qwen1": "2023"}


def drawn(frame: pl.DataFrame, family: str = "Qwen", releases: dict[str, str] | None = None, **about: object) -> Figure:
    """Return the figure of lines of a family."""
    held = releases if releases is not None else RELEASES
    lines = pl.DataFrame(list(held.items()), {"line": pl.String, "first_release": pl.String}, orient="row")
    answer = made.Made(frame, parameters={"scope": "full", "from": "2023-01", "where": [f"family={family}"]})
    return charts.find("lines").draw({"share": answer, "lines": made.Made(lines)}, made.facts(**about))


@pytest.mark.parametrize("months", [1, 3, 6, 40])
@pytest.mark.parametrize("count", [1, 3, 300])
def test_lines_are_legible(months: int, count: int) -> None:
    names = [*RELEASES, *(f"Line {at}" for at in range(300))][:count]
    assert_legible(drawn(made.shares(months, names, "line")))


@pytest.mark.parametrize("origin", ["CN", "US", "FR", "KR", "unknown"])
def test_strange_names_are_legible(origin: str) -> None:
    for name in made.STRANGE:
        assert_legible(drawn(made.shares(9, made.STRANGE, "line"), name, {}, origin_of={name: origin}))


def test_the_oldest_stands_at_the_foot_above_the_others() -> None:
    months = {made.month(back): {"Qwen3": 0.4, "Qwen2": 0.3, "Qwen2.5": 0.2, "Qwen": 0.1} for back in (4, 3, 2, 1)}
    scene = drawn(made.planted(months, 900, "line")).plot(840.0)
    labels = [text for text in scene.texts() if text.text in (*RELEASES, "other lines")]
    assert [text.text for text in sorted(labels, key=lambda text: text.y)] == [
        "Qwen3", "Qwen2.5", "Qwen2", "other lines",
    ]  # fmt: skip
    fills = [mark.fill for mark in scene.marks if isinstance(mark, Path) and mark.fill]
    assert fills == ["cn4", "cn1", "cn2", "un1"], "from the top"


def test_thin_months_are_put_together_as_quarters() -> None:
    months = {made.month(back): {"Qwen3": 0.6, "Qwen2": 0.4} for back in range(1, 11)}
    figure = drawn(made.planted(dict(sorted(months.items())), 60, "line"))
    assert figure.data["quarter"].unique().sort().to_list() == ["2026-Q1", "2026-Q2", "2026-Q3"]
    assert "Q3 2026, n = 180" in figure.subtitle and "Whole quarters" in figure.note
    assert figure.data["share"].to_list() == pytest.approx([0.4, 0.6] * 3)


def test_nothing_is_stated_without_bounds() -> None:
    months = {made.month(back): {"Qwen3": 1.0} for back in (4, 3, 2, 1)}
    figure = drawn(made.planted(months, 5_000, "line"))
    assert figure.title == "Lines of Qwen among what is built on it" and not figure.has_finding


def test_only_names_the_family_of_a_copy() -> None:
    with copies.published() as published:
        studio = Studio(published, find(published.definitions(), "default"))
        leader = studio.draw(charts.find("lines"))
        chosen = studio.draw(charts.find("lines"), {"only": ("llama",), "where": ("publisher_country=US",)})
    assert leader.answer.frame.columns[1] == "line", "the figure's numbers are of its lines"
    assert chosen.answer.parameters["where"] == ["family=Llama", "publisher_country=US"]
    assert chosen.figure.question == "Which Llama generation is built on?"
