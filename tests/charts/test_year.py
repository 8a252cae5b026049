"""Dumbbells of a year: gains and losses that are planted are stated, quiet ones are not."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pytest

from tests.charts import made
from tests.charts.legible import assert_legible
from tests.charts.made import planted
from tracker.charts import Figure
from tracker.charts.look import type as letters
from tracker.charts.look.scene import Circle

BEFORE = {"Qwen": 0.40, "Llama": 0.30, "Gemma": 0.20, "Mistral": 0.10}
AFTER = {"Qwen": 0.40, "Llama": 0.20, "Gemma": 0.31, "Mistral": 0.09}


def year(after: Mapping[str, float], n: int = 1_000, loose: float = 0.0) -> Figure:
    """Return a chart of BEFORE in August to October 2025, and `after` from then on; `loose` could be any group's."""
    months = {made.month(back): BEFORE if back > 12 else after for back in range(16)}
    frame = planted(months, n).with_columns(high=pl.col("high") + loose)
    return made.draw("year", frame, about=made.facts(synthetic=False))


def bold(figure: Figure) -> set[str]:
    """Return the texts of the wide plot that are set bold."""
    return {text.text for text in figure.plot(840.0).texts() if text.face == letters.BOLD}


def test_what_gained_and_lost_is_stated_and_bold() -> None:
    figure = year(AFTER)
    assert figure.title == "Gemma has gained 11.0 points in a year, Llama has lost 10.0"
    assert {"+11.0", "−10.0"} <= bold(figure) and not {"−1.0", "0.0"} & bold(figure)
    assert "n = 3,000, a year before 3,000" in figure.subtitle
    assert figure.data["group"].to_list() == ["Gemma", "Qwen", "Mistral", "Llama"]


@pytest.mark.parametrize(
    ("about", "figure"),
    [
        ("quiet", year(BEFORE)),
        ("few models: as large a change is within chance", year(AFTER, n=35)),
        ("what is untraced could be the change", year(AFTER, loose=0.15)),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_chance_or_bounds_allow_is_not_stated(about: str, figure: Figure) -> None:
    assert figure.title == "Share of new derivatives by family, now and a year before" and not figure.has_finding
    assert not [text for text in bold(figure) if text[0] in "+−"]


def test_months_are_taken_together_by_their_size() -> None:
    months = {made.month(back): {"Qwen": 1.0} if back == 1 else {"Llama": 1.0} for back in range(1, 16)}
    sizes = {month: 100 if month == made.month(1) else 900 for month in months}
    row = made.draw("year", planted(months, sizes)).data.filter(pl.col("group") == "Qwen").row(0, named=True)
    assert (row["after"], row["n_after"]) == (pytest.approx(100 / 1900), 1900)


@pytest.mark.parametrize("months", [1, 3, 15])
def test_without_a_year_there_is_a_sentence_and_no_axis(months: int) -> None:
    figure = made.draw("year", made.shares(months))
    assert_legible(figure)
    assert "nothing is compared yet" in " ".join(text.text for text in figure.plot(840.0).texts())


@pytest.mark.parametrize("families", [1, 3, 30, 300])
def test_every_number_of_families_is_legible(families: int) -> None:
    names = [*made.FAMILIES, *(f"Family {at}" for at in range(300))][:families]
    figure = made.draw("year", made.shares(40, names))
    assert_legible(figure)
    assert len(figure.data) == min(9, families)
    hollow = [mark for mark in figure.plot(840.0).marks if isinstance(mark, Circle) and mark.fill == "bg"]
    assert len(hollow) == min(9, families) + 1, "one a row, and that of the key"


def test_strange_names_all_unreviewed_and_origins_are_legible() -> None:
    origins = dict(zip(made.STRANGE, ("CN", "US", "FR", "KR") * 3, strict=True))
    assert_legible(made.draw("year", made.shares(40, made.STRANGE), about=made.facts(origin_of=origins)))
    assert_legible(made.draw("year", planted({made.month(back): {"unreviewed": 1.0} for back in range(16)}, 500)))
    figure = made.draw("year", made.shares(40, ("CN", "US", "FR", "DE", "KR"), "origin_country"))
    assert_legible(figure)
    assert set(figure.data["group"]) == {"China", "United States", "Europe", "Other countries"}


def test_a_part_of_the_hub_has_no_finding() -> None:
    nothing = pl.lit(None, pl.Float64)
    frame = planted({made.month(back): BEFORE if back > 12 else AFTER for back in range(16)}, 3000)
    figure = made.draw(
        "year", frame.with_columns(low=nothing, high=nothing), about=made.facts(scope="top:1000"),
        denominator="the new derivatives among the 1,000 most downloaded",
    )  # fmt: skip
    assert not figure.has_finding and "among the 1,000 most downloaded" in figure.title
    assert_legible(figure)
