"""The stack of families: whole columns, thin months left out, titles that are earned."""

from __future__ import annotations

from typing import Any

import pytest

from tests.charts import made
from tests.charts.legible import assert_legible
from tests.charts.made import planted
from tracker.charts import Figure
from tracker.charts.look.scene import Path


def columns(figure: Figure) -> dict[int, float]:
    """Return the height of every column of the wide plot by its place, all parts together."""
    heights: dict[int, float] = {}
    for mark in figure.plot(840.0).marks:
        if isinstance(mark, Path) and mark.fill:
            corners = [point for point in mark.points if point]
            for at in range(0, len(corners), 4):
                left, top = corners[at]
                heights[round(left)] = heights.get(round(left), 0) + corners[at + 2][1] - top
    return heights


def drawn(frame: Any, **about: Any) -> tuple[str, str, int]:
    """Return the title, all words beside it, and how many columns stand."""
    answer = {key: about.pop(key) for key in ("denominator", "coverage") if key in about}
    figure = made.draw("families", frame, about=made.facts(synthetic=False, **about), **answer)
    texts = [text.text for text in figure.plot(840.0).texts()]
    return figure.title, " ".join([figure.subtitle, figure.note, *texts]), len(columns(figure))


@pytest.mark.parametrize("months", [1, 2, 11, 24, 35, 40])
@pytest.mark.parametrize("families", [1, 3, 17, 300])
def test_shares_are_legible(months: int, families: int) -> None:
    names = [*made.FAMILIES, *(f"Family {at}" for at in range(300))][:families]
    assert_legible(made.draw("families", made.shares(months, names)))


def test_strange_names_are_legible() -> None:
    origins = dict(zip(made.STRANGE, ("CN", "US", "FR", "KR") * 3, strict=True))
    assert_legible(made.draw("families", made.shares(9, made.STRANGE), about=made.facts(origin_of=origins)))
    by_other = made.draw("families", made.shares(9, made.STRANGE, "publisher_country"))
    assert_legible(by_other)


def test_columns_are_whole() -> None:
    heights = columns(made.draw("families", made.shares(12)))
    assert len(heights) == 12
    assert max(heights.values()) == pytest.approx(min(heights.values()), rel=0.05)


def test_what_is_unknown_is_drawn_and_families_without_a_shade_join_the_others() -> None:
    texts = {text.text for text in made.draw("families", made.shares(12)).plot(840.0).texts()}
    assert {"Unreviewed", "Unknown", "other Chinese", "Qwen", "Llama"} <= texts
    assert not {"GLM", "BERT", "SOLAR"} & texts


def test_a_thin_month_is_left_out_and_named() -> None:
    months = {f"2026-{month:02d}": {"Qwen": 0.6, "Llama": 0.4} for month in (7, 8, 9, 10)}
    sizes = {"2026-07": 5_000, "2026-08": 9, "2026-09": 99, "2026-10": 5_000}
    title, words, count = drawn(planted(months, sizes))
    assert count == 2 and title.startswith("Qwen leads with 60%")
    assert "fewer than 100 models: 2 from 2026-08 to 2026-09" in words
    assert "October 2026, n = 5,000" in words


def test_a_tie_of_two_models_is_no_headline() -> None:
    frame = planted({"2026-10": {"Gemma": 0.5, "FLUX": 0.5}}, 2)
    title, words, count = drawn(frame)
    assert (title, count) == ("Share of new derivatives by family", 0)
    assert "No month counts 100 models or more" in words
    many = planted({"2026-10": {"Gemma": 0.5, "FLUX": 0.5}}, 5_000)
    assert drawn(many)[::2] == ("Share of new derivatives by family, October 2026", 1)


def test_a_part_of_the_hub_has_a_title_without_a_finding() -> None:
    import polars as pl

    part = "the new derivatives among the 1,000 most downloaded"
    frame = planted({"2026-10": {"Qwen": 0.9, "Llama": 0.1}}, 5_000)
    frame = frame.with_columns(low=pl.lit(None, pl.Float64), high=pl.lit(None, pl.Float64))
    title, words, _ = drawn(frame, scope="top:1000", denominator=part)
    assert title == f"Share of {part} by family, October 2026"
    assert f"Share of {part}" in words


def test_all_unreviewed_is_drawn_as_such() -> None:
    figure = made.draw("families", planted({f"2026-{m:02d}": {"unreviewed": 1.0} for m in range(3, 11)}, 500))
    assert_legible(figure)
    assert not figure.has_finding and "Unreviewed" in [text.text for text in figure.plot(840.0).texts()]
