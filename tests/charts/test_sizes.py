"""The stack of sizes of roots: classes that are published, what is not stated told apart, titles that are earned."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pytest

from tests import planted
from tests.charts import made
from tests.charts.legible import assert_legible
from tracker import answers, measures
from tracker.charts import Figure
from tracker.charts.built.sizes import CLASSES

SHARES = {"0-1B": 0.4, "1-5B": 0.2, "5-10B": 0.2, "10-50B": 0.1, "100-250B": 0.04, "250B+": 0.01, "undeclared": 0.05}


def sizes(shares: Mapping[str, float], months: int = 6, n: int = 2_000) -> pl.DataFrame:
    """Return the same shares of so many derivatives in months up to the running one."""
    rows = [
        (made.month(back), name, n * share, share, n) for back in reversed(range(months))
        for name, share in shares.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, ["month", "size_class", "derivatives", "share", "n"], orient="row")


def draw(shares: Mapping[str, float], months: int = 6, n: int = 2_000) -> Figure:
    """Return the chart of them."""
    return made.draw("sizes", sizes(shares, months, n), about=made.facts(synthetic=False))


def test_every_class_of_the_measure_is_drawn() -> None:
    classes = {name for _, names, _ in CLASSES for name in names}
    assert all(f"'{name}'" in measures.load("root_sizes").sql for name in classes)
    part = " ".join(measures.part("size_class").split())
    assert part in " ".join(measures.load("root_sizes").sql.split()), "the classes are those of derivatives"


def test_sizes_of_roots_are_counted() -> None:
    with planted.published() as published:
        frame = answers.measure(published, "root_sizes", {"first": "2026-09"}).frame
    # all that is planted has 8 billion parameters, but for two parents that are not on the Hub
    assert frame.select("size_class", "derivatives", "n").rows() == [("5-10B", 7.0, 9), ("undeclared", 2.0, 9)]


def test_what_leads_is_stated_and_what_may_not_is_not() -> None:
    assert draw(SHARES).title == (
        "40% of new derivatives in October 2026 are built on models of under 1 billion parameters, "
        "more than on any other size"
    )
    tie, open_ones = {"0-1B": 0.5, "5-10B": 0.5}, {"0-1B": 0.4, "5-10B": 0.2, "undeclared": 0.4}
    for quiet in (draw(tie), draw(open_ones), draw({"0-1B": 0.5, "5-10B": 0.4, "1-5B": 0.1}, n=110)):
        assert quiet.title == "Share of new derivatives by size of their root"


@pytest.mark.parametrize("months", [1, 3, 40])
def test_months_are_legible(months: int) -> None:
    assert_legible(draw(SHARES, months))
    assert_legible(draw({"undeclared": 1.0}, months))
    assert_legible(draw(SHARES, months, n=9))


def test_a_part_of_the_hub_has_no_finding() -> None:
    about = made.facts(scope="top:1000")
    figure = made.draw("sizes", sizes(SHARES), about=about, denominator="the models of the 1,000 most downloaded")
    assert not figure.has_finding and "among the models of the 1,000 most downloaded" in figure.title
    assert_legible(figure)
