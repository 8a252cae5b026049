"""How many families make half, 80 % and 90 %: counted, indexed, stated only where nothing could change it."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest

from tests.charts import made
from tests.charts.legible import assert_legible
from tests.charts.made import planted
from tracker.charts.look.scene import Path


@pytest.mark.parametrize("months", [1, 3, 6, 40])
@pytest.mark.parametrize("families", [1, 3, 300])
def test_steps_are_legible(months: int, families: int) -> None:
    names = [*made.FAMILIES, *(f"Family {at}" for at in range(300))][:families]
    assert_legible(made.draw("concentration", made.shares(months, names)))


def test_families_are_counted_of_what_is_traced() -> None:
    shares = {"Qwen": 0.4, "Llama": 0.2, "Gemma": 0.1, "FLUX": 0.1, "unknown": 0.2}
    data = made.draw("concentration", planted({"2026-10": shares}, 1_000)).data
    assert data.select("half", "most_80", "most_90").row(0) == (1, 3, 4)
    assert data["herfindahl"][0] == pytest.approx((0.4**2 + 0.2**2 + 0.1**2 + 0.1**2) / 0.8**2)
    assert data["traced"][0] == pytest.approx(0.8)


def test_lines_are_steps() -> None:
    marks = made.draw("concentration", made.shares(12)).plot(840.0).marks
    lines = [mark for mark in marks if isinstance(mark, Path) and mark.width == 2.6]
    assert len(lines) == 3
    for line in lines:
        points = [point for point in line.points if point]
        assert all(one[0] == other[0] or one[1] == other[1] for one, other in pairwise(points))


@pytest.mark.parametrize(
    ("shares", "n", "title"),
    [
        ({"Qwen": 0.6, "Llama": 0.4}, 2_000, "Qwen alone makes half of new derivatives in October 2026"),
        ({"Qwen": 0.3, "Llama": 0.3, "Gemma": 0.4}, 2_000, "Two families make half of new derivatives in October 2026"),
        ({"Qwen": 0.51, "Llama": 0.49}, 200, "Two families make 80% of new derivatives in October 2026"),
        ({"Qwen": 0.6, "Llama": 0.4}, 50, "Number of families that make half, 80% and 90% of new derivatives"),
    ],
    ids=["one", "two", "chance", "thin"],
)
def test_titles_are_earned(shares: dict[str, float], n: int, title: str) -> None:
    months = {made.month(back): shares for back in (4, 3, 2, 1)}
    assert made.draw("concentration", planted(months, n)).title == title


def test_what_is_untraced_could_change_the_number() -> None:
    sure = planted({made.month(back): {"Qwen": 0.6, "Llama": 0.4} for back in (4, 3, 2, 1)}, 5_000)
    open_part = sure.with_columns(low=pl.col("share") - 0.15, high=pl.col("share") + 0.15)
    assert made.draw("concentration", sure).title.startswith("Qwen alone makes half")
    assert made.draw("concentration", open_part).title.startswith("Number of families")
    part = made.draw("concentration", planted({"2026-10": {"Qwen": 1.0}}, 900), about=made.facts(scope="top:1000"))
    assert not part.has_finding
