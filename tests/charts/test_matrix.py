"""The matrix of publishers and origins: rows of ten, what is not known below a line, titles that are earned."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tests.charts import made
from tests.charts.crossed import COUNTRIES, MIXED, crossed
from tests.charts.legible import assert_legible
from tracker.charts import Figure
from tracker.charts.look.scene import Rect


def draw(frame: pl.DataFrame, **about: Any) -> Figure:
    """Return the chart with the names of countries."""
    return made.draw("matrix", frame, about=made.facts(country_of=COUNTRIES, **about))


def words(figure: Figure, width: float = 840.0) -> list[str]:
    """Return all texts of a plot."""
    return [text.text for text in figure.plot(width).texts()]


def test_cells_are_parts_of_their_row_over_twelve_whole_months() -> None:
    figure = draw(crossed({"US": 100, "unknown": 30, "unreviewed": 900}))
    rows = figure.data.filter(pl.col("publisher_country") == "US")
    assert dict(rows.select("origin", "share").iter_rows()) == pytest.approx(
        {"China": 0.5, "United States": 0.25, "Europe": 0.15, "Other countries": 0.02, "No known origin": 0.08}
    )
    assert rows["of"][0] == pytest.approx(1200), "the running month is not among them"
    assert {"50%", "25%", "15%", "2%", "8%", "1,200", "United States"} <= set(words(figure))
    assert "November 2025 to October 2026" in figure.subtitle and "Only 9.7% of these" in figure.note


def test_small_countries_have_no_row_and_what_is_not_known_stands_last() -> None:
    figure = draw(crossed({"unreviewed": 900, "unknown": 30, "FR": 0.5, "DE": 2, "US": 100}))
    drawn = [text for text in words(figure) if text in {*COUNTRIES.values(), "No stated country", "Not yet reviewed"}]
    assert drawn[2:] == ["United States", "Germany", "No stated country", "Not yet reviewed"], "after the heads"
    assert "1 more country has 6 together" in figure.note


def test_a_cell_is_as_strong_as_it_is_large_and_nothing_is_a_dash() -> None:
    figure = draw(crossed({"US": 100}, [{"CN": 0.9, "US": 0.1}] * 13))
    fills = [mark.fill for mark in figure.plot(840.0).marks if isinstance(mark, Rect)]
    assert fills == ["cn1.5", "us1.2", "surface", "surface", "surface"]
    assert words(figure).count("–") == 3
    assert [text.fill for text in figure.plot(840.0).texts() if text.text == "90%"] == ["on-cn1.5"]


def test_a_finding_needs_a_hundred_models_and_more_than_what_is_open() -> None:
    assert draw(crossed({"US": 100})).title == (
        "Known publishers in the United States build mainly on models from China: 50%"
    )
    both = draw(crossed({"US": 100, "JP": 50}))
    assert both.title == "Known publishers in the United States and Japan build mainly on models from China"
    many = draw(crossed(dict.fromkeys(COUNTRIES, 100.0)))
    assert (
        many.title
        == "Known publishers in all 10 countries with 100 derivatives or more build mainly on models from China"
    )
    open_ones = {"CN": 0.5, "US": 0.2, "unreviewed": 0.3}
    even = {"CN": 0.5, "US": 0.5}
    for quiet in (crossed({"US": 8}), crossed({"US": 100}, [open_ones] * 13), crossed({"US": 100}, [even] * 13)):
        assert draw(quiet).title == "Origins of what the publishers of each country build on"
    assert not draw(crossed({"US": 100}), scope="top:1000").has_finding


@pytest.mark.parametrize("months", [1, 2, 3, 40])
@pytest.mark.parametrize("countries", [1, 3, 10, 60])
def test_every_size_is_legible(months: int, countries: int) -> None:
    codes = [*COUNTRIES, *(f"X{at}" for at in range(60))][:countries]
    assert_legible(draw(crossed({**dict.fromkeys(codes, 50.0), "unreviewed": 900}, [MIXED] * months)))


def test_strange_names_of_countries_and_an_empty_frame_are_legible() -> None:
    named = dict(zip(COUNTRIES, made.STRANGE, strict=False))
    assert_legible(made.draw("matrix", crossed(dict.fromkeys(COUNTRIES, 50.0)), about=made.facts(country_of=named)))
    assert_legible(draw(crossed({})))
    assert_legible(draw(crossed({"unreviewed": 900}, [{"unreviewed": 1.0}] * 13)))
