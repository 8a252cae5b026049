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


def points(
    count: int, ours: float | None = 0.42, agrees: bool = True, group: str = "Qwen", is_open: bool = False
) -> pl.DataFrame:
    """Return so many points of claims that say 0.4; `is_open`: by a rule that is not fully published."""
    rows = [
        (f"F{at:02d}", "zq says so", group, date(2026, 7, 1), date(2026, 7, 31), "=", 0.4, 0.4, 0.34, 0.46, ours,
         0.1 if is_open else None, 0.7 if is_open else None, None if ours is None else agrees, "possible", "default")
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


def dots(figure: Figure) -> list[str]:
    """Return the fill of our dot in each row."""
    return [mark.fill for mark in figure.plot(840.0).marks if isinstance(mark, Circle) and mark.radius == 5.4]


def test_a_solid_dot_agrees_and_a_hollow_one_differs() -> None:
    assert dots(drawn(pl.concat([points(1), points(1, 0.6, agrees=False)]))) == ["accent", "bg"]


def test_the_closest_reading_of_an_open_rule_confirms_nothing() -> None:
    figure = drawn(pl.concat([points(1), points(2, is_open=True)]))
    assert dots(figure) == ["accent", "muted", "muted"]
    assert figure.title == "1 of 1 published shares whose rule is published agree with ours"
    assert "never confirmed" in figure.note and "ours, not judged" in [each.text for each in figure.plot(840.0).texts()]
    assert not drawn(points(3, is_open=True)).has_finding
    assert_legible(figure)


def test_a_copy_that_says_nothing_of_the_hub_judges_nothing() -> None:
    frame = pl.concat([points(1), points(1, 0.6, agrees=False)])
    for figure in (made.draw("claims", frame), drawn(frame, scope="top:1000")):
        texts = [each.text for each in figure.plot(840.0).texts()]
        assert dots(figure) == ["muted", "muted"] and not {"ours, agrees", "ours, differs"} & set(texts)


def test_what_cannot_be_computed_is_counted_and_not_drawn() -> None:
    figure = drawn(pl.concat([points(2), points(3, None)]))
    assert "3 more cannot be computed here" in figure.note
    nothing = drawn(points(3, None))
    assert "No published share" in nothing.plot(840.0).texts()[0].text and not nothing.has_finding


def test_titles_are_earned() -> None:
    frame = pl.concat([points(2), points(1, 0.6, agrees=False)])
    assert drawn(frame).title == "2 of 3 published shares whose rule is published agree with ours"
    neutral = "Published shares beside ours under the same rule"
    assert made.draw("claims", frame).title == neutral, "a synthetic copy judges nothing"
    assert drawn(frame, scope="top:1000").title == neutral
