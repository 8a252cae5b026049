"""Lines of origins: bounds, a crossing that is named where it lasts, few months as dots."""

from __future__ import annotations

import polars as pl
import pytest

from tests.charts import made
from tests.charts.legible import assert_legible
from tests.charts.made import planted
from tracker.charts import Figure
from tracker.charts.look.scene import Path

CODES = ("CN", "US", "FR", "DE", "GB", "KR", "JP", "AE")


def words(figure: Figure) -> str:
    """Return all texts of the wide plot."""
    return " ".join(text.text for text in figure.plot(840.0).texts())


@pytest.mark.parametrize("months", [1, 3, 4, 15, 40])
def test_lines_are_legible(months: int) -> None:
    assert_legible(made.draw("origins", made.shares(months, CODES, "origin_country")))


@pytest.mark.parametrize("group", ["family", "publisher_country", "size_class"])
def test_other_groups_are_legible(group: str) -> None:
    figure = made.draw("origins", made.shares(20, made.FAMILIES if group == "family" else made.STRANGE, group))
    assert_legible(figure)


def test_countries_are_summed_up_with_their_bounds() -> None:
    frame = planted({"2026-10": {"FR": 0.2, "DE": 0.1, "CN": 0.5, "unreviewed": 0.2}}, 1000, "origin_country")
    is_open = pl.col("origin_country") == "unreviewed"
    frame = frame.with_columns(high=pl.when(is_open).then(pl.col("share")).otherwise(pl.col("share") + 0.2))
    rows = {row["group"]: row for row in made.draw("origins", frame).data.iter_rows(named=True)}
    assert rows["Europe"]["share"] == pytest.approx(0.3)
    assert (rows["Europe"]["low"], rows["Europe"]["high"]) == pytest.approx((0.3, 0.5))


def crossing(last: float) -> pl.DataFrame:
    """Return a year in which China passes the United States in the middle, and has `last` in the end."""
    shares = [0.2, 0.25, 0.3, 0.35, 0.4, 0.55, 0.6, 0.62, 0.64, 0.65, 0.66, last]
    months = {made.month(12 - at): {"CN": share, "US": 0.9 - share} for at, share in enumerate(shares)}
    return planted(months, 20_000, "origin_country")


def test_a_crossing_that_lasts_is_named_and_one_that_does_not_is_not() -> None:
    figure = made.draw("origins", crossing(0.67))
    assert "China passes the United States, Apr 2026" in words(figure)
    assert figure.title.startswith("China leads with 67% of new derivatives in October 2026")
    assert "ahead of the United States since April 2026" in figure.title
    assert_legible(figure)
    back = made.draw("origins", crossing(0.3))
    assert "passes" not in words(back)


def test_few_months_are_dots_and_no_line() -> None:
    figure = made.draw("origins", made.shares(3, CODES, "origin_country"))
    long = [mark for mark in figure.plot(840.0).marks if isinstance(mark, Path) and len(mark.points) > 2]
    assert not long and "China" in words(figure)


def test_a_part_of_the_hub_has_lines_without_bands() -> None:
    frame = made.shares(9, CODES, "origin_country").with_columns(
        low=pl.lit(None, pl.Float64), high=pl.lit(None, pl.Float64)
    )
    about = made.facts(scope="top:1000")
    figure = made.draw("origins", frame, about=about, denominator="the new derivatives among the 1,000 most downloaded")
    assert not figure.has_finding and "among the 1,000 most downloaded" in figure.title
    assert not [mark for mark in figure.plot(840.0).marks if isinstance(mark, Path) and mark.fill]
    assert_legible(figure)


def test_a_month_without_a_group_keeps_its_bounds() -> None:
    """What is untraced could still be it."""
    frame = made.shares(9, CODES, "origin_country")
    gone = frame.filter(~((pl.col("month") == "2026-06") & pl.col("origin_country").is_in(["KR", "JP", "AE"])))
    marks = made.draw("origins", gone).plot(840.0).marks
    assert len([mark for mark in marks if isinstance(mark, Path) and mark.fill == "ot1"]) == 1
