"""What moved in 28 days: bars where something is beyond chance, a sentence where nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

import polars as pl
import pytest

from tests import planted
from tests.charts import made
from tests.charts.legible import assert_legible
from tracker import answers
from tracker.charts import Figure
from tracker.charts.look.scene import Rect

QUIET = {
    "Qwen": (0.45, 0.46),
    "Llama": (0.2, 0.19),
    "Gemma": (0.1, 0.1),
    "FLUX": (0.2, 0.2),
    "unreviewed": (0.05, 0.05),
}
MOVED = {**QUIET, "Qwen": (0.42, 0.5), "Llama": (0.23, 0.15)}


def shifts(moves: Mapping[str, tuple[float, float]], n: int = 2_000, loose: float = 0.05) -> pl.DataFrame:
    """Return shares before and after of so many models in each window; `loose` of them could be any family's."""
    rows = []
    for name, (before, after) in moves.items():
        lows = (0.0, 0.0) if name == "unreviewed" else (before, after)
        rows.append(
            {"family": name, "before": before * n, "after": after * n}
            | {"share_before": before, "low_before": lows[0], "high_before": lows[0] + loose}
            | {"share_after": after, "low_after": lows[1], "high_after": lows[1] + loose, "change": after - before}
            | {"chance": 1.96 * sqrt((before * (1 - before) + after * (1 - after)) / n), "n_before": n, "n_after": n}
        )
    return pl.DataFrame(rows)


def draw(moves: Mapping[str, tuple[float, float]], n: int = 2_000, loose: float = 0.05) -> Figure:
    """Return the chart of them."""
    return made.draw("movers", shifts(moves, n, loose), about=made.facts(synthetic=False))


def words(figure: Figure) -> str:
    """Return all texts of the wide plot."""
    return " ".join(text.text for text in figure.plot(840.0).texts())


def test_windows_are_counted_with_their_chance() -> None:
    with planted.published() as published:
        frame = answers.measure(published, "shifts", {}).frame
    # 28 days to 5 October: frank, bart, gina, hugo, Mistral and ivan; before them carol, dave and erin
    rows = {row["family"]: row for row in frame.iter_rows(named=True)}
    assert {name: (row["before"], row["after"]) for name, row in rows.items()} == {
        "Llama": (0.5, 2.0), "Mistral": (0.0, 1.0), "Qwen": (2.5, 1.0), "unreviewed": (0.0, 2.0),
    }  # fmt: skip
    qwen = rows["Qwen"]
    assert (qwen["n_before"], qwen["n_after"]) == (3, 6)
    assert qwen["change"] == pytest.approx(1 / 6 - 2.5 / 3)
    assert qwen["chance"] == pytest.approx(1.96 * sqrt(2.5 / 3 * 0.5 / 3 / 3 + 1 / 6 * 5 / 6 / 6))
    # gina's and hugo's could be Qwen's, and so could ivan's, whose parent is not on the Hub
    assert (qwen["low_after"], qwen["high_after"]) == pytest.approx((1 / 6, 4 / 6))


def test_what_moved_is_stated_and_drawn_and_the_rest_is_pale() -> None:
    figure = draw(MOVED)
    assert figure.title == "Qwen has gained 8.0 points in 28 days, Llama has lost 8.0"
    bars = [mark.opacity for mark in figure.plot(840.0).marks if isinstance(mark, Rect)]
    assert sorted(bars) == [0.35, 0.35, 1.0, 1.0]
    assert_legible(figure)


def test_nothing_beyond_chance_is_a_sentence() -> None:
    figure = draw(QUIET)
    assert figure.title == "No family's share moved beyond chance in the last 28 days" and not figure.has_finding
    assert "so no chart is drawn" in words(figure) and "Qwen +1.0 (±3.1)" in words(figure)
    assert_legible(figure)


def test_what_bounds_forbid_is_drawn_and_not_stated() -> None:
    figure = draw(MOVED, loose=0.2)
    assert figure.title == "Shares of new derivatives, the last 28 days against the 28 before" and "+8.0" in words(
        figure
    )


def test_few_models_are_not_compared() -> None:
    figure = draw(MOVED, n=99)
    assert "Too few new derivatives" in words(figure) and "beyond chance" not in figure.title


def test_a_part_of_the_hub_has_no_finding() -> None:
    nothing = pl.lit(None, pl.Float64)
    frame = shifts(MOVED).with_columns(pl.col("^(low|high)_.*$") * nothing)
    about = made.facts(scope="top:1000")
    figure = made.draw("movers", frame, about=about, denominator="the models of the 1,000 most downloaded")
    assert not figure.has_finding and "among the models" in figure.title
    quiet = made.draw("movers", shifts(QUIET), about=about, denominator="the models of the 1,000 most downloaded")
    assert "moved beyond chance" not in quiet.title


@pytest.mark.parametrize("families", [1, 3, 30, 300])
def test_every_number_of_families_is_legible(families: int) -> None:
    moves = {f"Family {at}": (0.9 / families, 0.1 / families if at % 2 else 1.0 / families) for at in range(families)}
    figure = draw({name: (before, min(1.0, after)) for name, (before, after) in moves.items()}, n=100_000)
    assert_legible(figure)


def test_strange_names_are_legible() -> None:
    moves = {name: (0.05, 0.08 if at % 2 else 0.03) for at, name in enumerate(made.STRANGE)}
    assert_legible(draw(moves))
