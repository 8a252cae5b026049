"""Published shares beside ours: a tick, a band, our dot; nothing is judged on a synthetic copy."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.charts import made
from tests.charts.legible import assert_legible
from tracker.charts import Figure
from tracker.charts.look.scene import Circle
from tracker.pages.ledger import SCHEMA


def points(count: int, ours: float | None = 0.42, agrees: bool = True, group: str = "Qwen") -> pl.DataFrame:
    """Return so many points of claims that say 0.4."""
    rows = [
        (f"F{at:02d}", "zq says so", group, date(2026, 7, 1), date(2026, 7, 31), "=", 0.4, 0.4, 0.34, 0.46, ours, 0.1,
         0.7, None if ours is None else agrees, "possible", "default")
        for at in range(count)
    ]  # fmt: skip
    return pl.DataFrame(rows, SCHEMA, orient="row")


def drawn(frame: pl.DataFrame, **about: object) -> Figure:
    return made.draw("claims", frame, about=made.facts(synthetic=False, **about))


@pytest.mark.parametrize("count", [1, 3, 20, 300])
def test_rows_are_legible(count: int) -> None:
    figure = drawn(points(count))
    assert_legible(figure)
    assert (f"{count - 20} more are in the data" in figure.note) == (count > 20)


@pytest.mark.parametrize("name", made.STRANGE)
def test_strange_names_are_legible(name: str) -> None:
    assert_legible(drawn(points(3, group=name)))


def test_a_solid_dot_agrees_and_a_hollow_one_differs() -> None:
    frame = pl.concat([points(1), points(1, 0.6, agrees=False)])
    dots = [mark for mark in drawn(frame).plot(840.0).marks if isinstance(mark, Circle) and mark.radius == 5.4]
    assert [dot.fill for dot in dots] == ["accent", "bg"]


def test_what_cannot_be_computed_is_counted_and_not_drawn() -> None:
    figure = drawn(pl.concat([points(2), points(3, None)]))
    assert "3 more cannot be computed here" in figure.note
    nothing = drawn(points(3, None))
    assert "No published share" in nothing.plot(840.0).texts()[0].text and not nothing.has_finding


def test_titles_are_earned() -> None:
    frame = pl.concat([points(2), points(1, 0.6, agrees=False)])
    assert drawn(frame).title == "2 of 3 published shares agree with ours, by the closest reading of their rule"
    neutral = "Published shares beside ours under the same rule"
    assert made.draw("claims", frame).title == neutral, "a synthetic copy judges nothing"
    assert drawn(frame, scope="top:1000").title == neutral
