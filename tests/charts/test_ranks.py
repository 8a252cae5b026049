"""The bump chart of ranks: whole quarters, stubs, grey for who left, titles that are earned."""

from __future__ import annotations

import pytest

from tests.charts import made
from tests.charts.legible import assert_legible
from tests.charts.made import planted
from tracker.charts.look.scene import Path


def quarter(number: int, shares: dict[str, float]) -> dict[str, dict[str, float]]:
    """Return three months of 2026 with the same shares."""
    return {f"2026-{month:02d}": shares for month in range(3 * number - 2, 3 * number + 1)}


@pytest.mark.parametrize("months", [1, 3, 5, 8, 40])
@pytest.mark.parametrize("families", [1, 3, 17, 300])
def test_ranks_are_legible(months: int, families: int) -> None:
    names = [*made.FAMILIES, *(f"Family {at}" for at in range(300))][:families]
    assert_legible(made.draw("ranks", made.shares(months, names)))


def test_strange_names_are_legible() -> None:
    origins = dict(zip(made.STRANGE, ("CN", "US", "FR", "KR") * 3, strict=True))
    assert_legible(made.draw("ranks", made.shares(20, made.STRANGE), about=made.facts(origin_of=origins)))
    assert_legible(made.draw("ranks", made.shares(20, made.STRANGE, "publisher_country")))


def test_a_quarter_is_its_months_together_and_the_running_one_is_left_out() -> None:
    frame = planted(quarter(2, {"Qwen": 0.7, "Llama": 0.3}) | quarter(3, {"Qwen": 0.4, "Llama": 0.6}), 1_000)
    running = planted({"2026-10": {"Qwen": 1.0}, "2026-11": {"Qwen": 1.0}}, 1_000)
    figure = made.draw("ranks", frame.vstack(running))
    assert figure.data.select("quarter", "family", "rank", "n").rows() == [
        ("2026-Q2", "Qwen", 1, 3_000), ("2026-Q2", "Llama", 2, 3_000),
        ("2026-Q3", "Llama", 1, 3_000), ("2026-Q3", "Qwen", 2, 3_000),
    ]  # fmt: skip
    assert figure.data["share"].to_list() == pytest.approx([0.7, 0.3, 0.6, 0.4])


def test_a_month_counts_as_much_as_it_has_derivatives() -> None:
    sizes = {"2026-07": 1_000, "2026-08": 1_000, "2026-09": 2_000}
    months = {"2026-07": {"Qwen": 1.0}, "2026-08": {"Qwen": 1.0}, "2026-09": {"Qwen": 0.5, "Llama": 0.5}}
    figure = made.draw("ranks", planted(months, sizes))
    assert figure.data["share"].to_list() == pytest.approx([0.75, 0.25])
    assert figure.data["low"].to_list() == pytest.approx([0.75, 0.25])


def test_who_left_is_thin_and_grey_and_who_entered_has_a_stub() -> None:
    eight = {f"F{at}": 0.1 for at in range(8)}
    frame = planted(quarter(2, eight | {"old": 0.2}) | quarter(3, eight | {"new": 0.2}), 2_000)
    figure = made.draw("ranks", frame)
    scene = figure.plot(840.0)
    grey = [mark for mark in scene.marks if isinstance(mark, Path) and mark.stroke == "axis" and mark.width == 1.6]
    thick = [mark for mark in scene.marks if isinstance(mark, Path) and mark.halo]
    assert len(grey) == 1 and len(thick) == 8
    assert "new" in {text.text for text in scene.texts()}
    assert "Grey: once among the 8, not now." in figure.note


def test_titles_are_earned() -> None:
    def title(first: float, second: float, n: int, **about: object) -> str:
        shares = {"Qwen": first, "Llama": second, "unknown": 1 - first - second}
        frame = planted(quarter(1, {"Qwen": second, "Llama": first}) | quarter(2, shares) | quarter(3, shares), n)
        return made.draw("ranks", frame, about=made.facts(**about)).title

    assert title(0.6, 0.3, 1_000) == "Qwen ranks first in every quarter since Q2 2026"
    assert title(0.41, 0.40, 1_000) == "Rank of families by new derivatives, Q3 2026"
    assert title(0.6, 0.3, 20) == "Rank of families by new derivatives"
    assert title(0.6, 0.3, 1_000, scope="top:1000").startswith("Rank of families")


def test_quarters_up_to_a_thin_one_are_left_out() -> None:
    months = quarter(1, {"Qwen": 1.0}) | quarter(2, {"Qwen": 1.0}) | quarter(3, {"Qwen": 1.0})
    sizes = {month: 10 if month < "2026-07" and month > "2026-03" else 500 for month in months}
    figure = made.draw("ranks", planted(months, sizes))
    assert set(figure.data["quarter"]) == {"2026-Q3"}
    assert "quarters to Q2 2026" in figure.note and "One whole quarter" in figure.plot(840.0).texts()[0].text
