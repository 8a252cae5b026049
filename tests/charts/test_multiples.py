"""Panels of families on one scale: what they show, titles that are earned, a size that pages can bear."""

from __future__ import annotations

import pytest

from tests.charts import made
from tests.charts.legible import assert_legible
from tests.charts.made import planted
from tracker.charts.look import svg
from tracker.charts.look.scene import Hover


@pytest.mark.parametrize("months", [1, 3, 6, 40])
@pytest.mark.parametrize("families", [1, 3, 300])
def test_panels_are_legible(months: int, families: int) -> None:
    names = [*made.FAMILIES, *(f"Family {at}" for at in range(300))][:families]
    assert_legible(made.draw("multiples", made.shares(months, names)))


def test_strange_names_are_legible() -> None:
    origins = dict(zip(made.STRANGE, ("CN", "US", "FR", "KR") * 3, strict=True))
    assert_legible(made.draw("multiples", made.shares(9, made.STRANGE), about=made.facts(origin_of=origins)))


def test_eight_panels_hold_the_largest_in_their_order() -> None:
    figure = made.draw("multiples", made.shares(12))
    heads = [mark.lines[0] for mark in figure.plot(840.0).marks if isinstance(mark, Hover)]
    assert len(heads) == 8 and set(heads) == set(figure.data["family"])
    last = {row["family"]: row["share"] for row in figure.data.iter_rows(named=True) if row["month"] == "2026-10"}
    assert heads == sorted(heads, key=lambda name: -last[name])


def test_three_years_of_eight_panels_stay_within_sixty_kilobytes() -> None:
    figure = made.draw("multiples", made.shares(36))
    assert sum(len(svg.inline(figure.plot(width), figure.alt)) for width in (840.0, 368.0)) <= 60_000


def test_titles_are_earned() -> None:
    def title(before: float, after: float, n: int, **about: object) -> str:
        months = {made.month(back): {"Qwen": before if back > 6 else after, "Llama": 0.3} for back in range(14)}
        rest = {month: shares | {"unknown": 1 - sum(shares.values())} for month, shares in months.items()}
        return made.draw("multiples", planted(dict(sorted(rest.items())), n), about=made.facts(**about)).title

    assert title(0.3, 0.5, 2_000) == "Qwen gains 20 points since October 2025"
    assert title(0.5, 0.3, 2_000) == "Qwen loses 20 points since October 2025"
    assert title(0.31, 0.32, 2_000) == "Share of new derivatives by family, October 2026"
    assert title(0.3, 0.5, 2_000, scope="top:1000").startswith("Share of")
