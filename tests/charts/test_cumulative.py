"""Derivatives ever made: sums of months, a crossing that is named, the months between it and that of new ones."""

from __future__ import annotations

import polars as pl
import pytest

from tests.charts import made
from tests.charts.legible import assert_legible
from tests.charts.made import planted
from tracker.charts import Figure


def drawn(shares: list[float], sizes: int | list[int] = 1_000, **about: object) -> Figure:
    """Return the figure of months up to October 2026 in which China has these shares, the United States the rest."""
    held = [sizes] * len(shares) if isinstance(sizes, int) else sizes
    months = {made.month(len(shares) - at): {"CN": part, "US": 1 - part} for at, part in enumerate(shares)}
    frame = planted(months, dict(zip(months, held, strict=True)), "origin_country")
    return made.draw("cumulative", frame, about=made.facts(**about))


@pytest.mark.parametrize("months", [1, 3, 40])
@pytest.mark.parametrize("names", [["CN"], ["CN", "US", "FR", "KR"]])
def test_sums_are_legible(months: int, names: list[str]) -> None:
    assert_legible(made.draw("cumulative", made.shares(months, names, "origin_country")))


def test_strange_names_are_legible() -> None:
    assert_legible(made.draw("cumulative", made.shares(9, made.STRANGE)))


def test_months_are_summed_up_and_a_month_without_rows_adds_nothing() -> None:
    months = {"2026-07": {"CN": 0.5, "US": 0.5}, "2026-09": {"CN": 1.0}}
    data = made.draw("cumulative", planted(months, 100, "origin_country")).data
    held = {(row["month"], row["group"]): row for row in data.iter_rows(named=True)}
    assert [held[month, "China"]["so_far"] for month in ("2026-07", "2026-08", "2026-09")] == [50, 50, 150]
    assert held["2026-09", "United States"]["so_far"] == 50 and held["2026-09", "China"]["share"] == 0.75
    assert held["2026-09", "China"]["low"] == pytest.approx(0.75)


def test_a_crossing_is_named_with_the_months_between() -> None:
    figure = drawn([0.2] * 3 + [0.85] * 6)
    assert figure.title == (
        "Counting all ever made, China passed the United States in July 2026, two months after it did in new ones"
    )
    assert "China passes" in {text.text for text in figure.plot(840.0).texts()}


def test_without_a_crossing_a_lead_or_nothing_is_stated() -> None:
    assert drawn([0.7] * 6).title == "Counting all ever made, China leads with 70% in October 2026"
    assert drawn([0.5] * 6).title == "Derivatives ever made, by origin"
    assert drawn([0.7] * 6, 5).title == "Derivatives ever made, by origin", "too few to say so"
    assert drawn([0.7] * 6, scope="top:1000").title == "Derivatives ever made, by origin"


def test_what_is_untraced_could_undo_a_crossing() -> None:
    frame = made.shares(12, ["CN", "US"], "origin_country")
    loose = frame.with_columns(low=pl.col("share") * 0.5, high=pl.min_horizontal(1.0, pl.col("share") + 0.5))
    assert not made.draw("cumulative", loose).has_finding
