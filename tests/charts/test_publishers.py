"""Panels of origins, a country of publishers each: thin months left open, titles that are earned, small files."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tests.charts import made
from tests.charts.crossed import COUNTRIES, MIXED, crossed
from tests.charts.legible import assert_legible
from tracker.charts import Figure
from tracker.charts.look import svg
from tracker.charts.look.scene import Hover, Path

RISING = [{"CN": 0.2 + 0.02 * at, "US": 0.75 - 0.02 * at, "unreviewed": 0.05} for at in range(25)]


def draw(frame: pl.DataFrame, **about: Any) -> Figure:
    """Return the chart with the names of countries."""
    return made.draw("publishers", frame, about=made.facts(country_of=COUNTRIES, **about))


def panels(figure: Figure) -> list[str]:
    """Return the names of the panels."""
    return [mark.lines[0].split(",")[0] for mark in figure.plot(840.0).marks if isinstance(mark, Hover)]


def test_the_largest_countries_have_a_panel_and_small_ones_are_told() -> None:
    totals = {"unreviewed": 2000.0, "unknown": 150.0, "FR": 20.0, **dict.fromkeys(list(COUNTRIES)[:5], 200.0)}
    figure = draw(crossed(totals))
    named = ["United States", "China", "South Korea", "Germany", "United Kingdom"]
    assert sorted(panels(figure)[:5]) == sorted(named)
    assert panels(figure)[5:] == ["No stated country", "Not yet reviewed"]
    assert "1 country is left out, with 480 together" in figure.note


def test_a_thin_month_is_left_open_and_the_running_one_is_not_drawn() -> None:
    frame = crossed({"US": 200})
    is_thin = pl.col("month") == "2026-03"
    frame = frame.with_columns(derivatives=pl.when(is_thin).then(pl.col("derivatives") / 10).otherwise("derivatives"))
    figure = draw(frame)
    months = set(figure.data["month"])
    assert "2026-03" not in months and max(months) == "2026-10" and len(months) == 23
    areas = [mark for mark in figure.plot(840.0).marks if isinstance(mark, Path) and mark.fill == "cn1"]
    assert len(areas) == 2, "the area is broken where the month is"


def test_a_rise_among_the_largest_country_is_stated_and_quiet_is_not() -> None:
    figure = draw(crossed({"US": 500, "JP": 200}, RISING))
    assert figure.title == (
        "Known publishers in the United States build 66% on models from China, up from 20% in November 2024"
    )
    for quiet in (crossed({"US": 500}), crossed({"US": 50}, RISING), crossed({"unreviewed": 900}, RISING)):
        assert draw(quiet).title == "What the publishers of each country build on"
    assert not draw(crossed({"US": 500}, RISING), scope="top:1000").has_finding


@pytest.mark.parametrize("months", [1, 4, 5, 40])
@pytest.mark.parametrize("countries", [1, 2, 4, 10])
def test_every_size_is_legible_and_small(months: int, countries: int) -> None:
    totals = {**dict.fromkeys(list(COUNTRIES)[:countries], 400.0), "unknown": 300, "unreviewed": 900}
    figure = draw(crossed(totals, [MIXED] * months))
    assert_legible(figure)
    assert sum(len(svg.inline(figure.plot(width), figure.alt)) for width in (840.0, 368.0)) < 60_000
    assert bool(panels(figure)) == (months >= 5), "four whole months and the running one"


def test_strange_names_of_countries_and_an_empty_frame_are_legible() -> None:
    named = dict(zip(COUNTRIES, made.STRANGE[4:], strict=False))
    frame = crossed(dict.fromkeys(COUNTRIES, 400.0))
    assert_legible(made.draw("publishers", frame, about=made.facts(country_of=named)))
    assert_legible(draw(crossed({})))
