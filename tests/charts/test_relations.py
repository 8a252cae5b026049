"""Small areas of relations: whole quarters, thin ones left out, one scale, titles that are earned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl
import pytest

from tests.charts import made
from tests.charts.legible import assert_legible
from tracker.charts import Figure
from tracker.charts.look.scene import Hover

USUAL = {"finetune": 0.3, "adapter": 0.4, "quantized": 0.2, "merge": 0.05, "copy": 0.05}


def relations(
    months: int, names: Iterable[str] = made.FAMILIES, parts: Mapping[str, float] = USUAL, each: float = 300.0,
    loose: float = 0.001,
) -> pl.DataFrame:  # fmt: skip
    """Return `each` derivatives a month of every family up to the running month; `loose` could be any family's."""
    rows = [
        {"month": made.month(back), "family": name, "relation": kind, "derivatives": each * part}
        | {"share": 0.1, "low": 0.1, "high": 0.1 + loose, "n": 5000}
        for back in reversed(range(months)) for name in names for kind, part in parts.items()
    ]  # fmt: skip
    return pl.DataFrame(rows)


def draw(frame: pl.DataFrame) -> Figure:
    """Return the chart of rows that begin with a quarter."""
    return made.draw("relations", frame, about=made.facts(synthetic=False))


def test_values_are_parts_of_a_family_in_a_whole_quarter() -> None:
    data = draw(relations(11, ("Qwen", "Llama"))).data
    assert data["quarter"].unique().sort().to_list() == ["2026-Q1", "2026-Q2", "2026-Q3"], "Q4 is not over"
    row = data.filter((pl.col("family") == "Qwen") & (pl.col("relation") == "adapter")).row(0, named=True)
    assert row["share"] == pytest.approx(0.4) and row["of"] == pytest.approx(900)


def test_a_quarter_that_began_before_the_first_month_is_left_out() -> None:
    assert draw(relations(10)).data["quarter"].unique().sort().to_list() == ["2026-Q2", "2026-Q3"]


def test_a_thin_quarter_is_left_out() -> None:
    frame = relations(11, ("Qwen", "Llama"))
    is_thin = (pl.col("month") < "2026-04") & (pl.col("family") == "Llama")
    frame = frame.with_columns(derivatives=pl.when(is_thin).then(0.5).otherwise(pl.col("derivatives")))
    rows = draw(frame).data.filter((pl.col("family") == "Llama") & (pl.col("relation") == "adapter"))
    assert [value is None for value in rows["share"]] == [True, False, False]


def test_the_commonest_kind_is_stated_where_bounds_and_chance_allow() -> None:
    names = ("Qwen", "Llama")
    assert draw(relations(11, names)).title == "Adapters are the commonest kind of new derivative of Llama and Qwen"
    four = ("Qwen", "Llama", "Gemma", "FLUX")
    assert draw(relations(11, four)).title == "Adapters are the commonest kind of new derivative in all four families"
    even = {"finetune": 0.4, "adapter": 0.41, "quantized": 0.19}
    for quiet in (relations(11, names, even), relations(11, names, each=9), relations(11, names, loose=0.06)):
        assert draw(quiet).title == "Kinds of new derivatives of each family"


@pytest.mark.parametrize("months", [1, 3, 4, 11, 40])
@pytest.mark.parametrize("families", [1, 3, 30])
def test_every_size_is_legible(months: int, families: int) -> None:
    names = [*made.FAMILIES, *(f"Family {at}" for at in range(30))][:families]
    figure = draw(relations(months, names))
    assert_legible(figure)
    assert len([mark for mark in figure.plot(840.0).marks if isinstance(mark, Hover)]) <= 6


def test_strange_names_and_all_unreviewed_are_legible() -> None:
    origins = dict(zip(made.STRANGE, ("CN", "US", "FR", "KR") * 3, strict=True))
    for names in (made.STRANGE[:6], made.STRANGE[6:]):
        assert_legible(made.draw("relations", relations(13, names), about=made.facts(origin_of=origins)))
    figure = draw(relations(13, ("unreviewed", "unknown")))
    assert_legible(figure)
    assert "so none is drawn" in " ".join(text.text for text in figure.plot(840.0).texts())
