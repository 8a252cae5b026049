"""Charts of licences: classes as published, what is not told apart and in the bounds, titles that are earned."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pytest

from tests.charts import made
from tests.charts.legible import assert_legible
from tracker.charts import Figure
from tracker.charts.allowed.licenses import CLASSES
from tracker.charts.allowed.terms import KINDS
from tracker.words import LICENSE_CLASSES

BEFORE = {
    "open-source": 0.7,
    "permissive-weights": 0.02,
    "restricted": 0.15,
    "non-commercial": 0.08,
    "unreviewed": 0.05,
}
AFTER = {"open-source": 0.5, "permissive-weights": 0.02, "restricted": 0.35, "non-commercial": 0.08, "unreviewed": 0.05}


def shares(parts: Mapping[str, float], back: int, n: int = 2_000) -> list[dict[str, object]]:
    """Return the rows of one month; what is unreviewed could be of any class."""
    loose = parts.get("unreviewed", 0.0)
    return [
        {"month": made.month(back), "license_class": name, "derivatives": n * part, "share": part}
        | {"low": part, "high": part + loose, "n": n}
        for name, part in parts.items()
    ]


def months(count: int, after: Mapping[str, float], n: int = 2_000) -> pl.DataFrame:
    """Return months up to the running one that begin with BEFORE; the newest four are `after`."""
    return pl.DataFrame(
        [row for back in reversed(range(count)) for row in shares(after if back < 4 else BEFORE, back, n)]
    )


def draw(frame: pl.DataFrame) -> Figure:
    return made.draw("licenses", frame, about=made.facts(synthetic=False))


def test_every_class_is_drawn_and_what_is_not_told_is_apart() -> None:
    assert {name for _, classes, _ in CLASSES for name in classes} == {*LICENSE_CLASSES, "unknown", "unreviewed"}
    assert tuple(KINDS.named) == LICENSE_CLASSES


def test_a_change_over_a_year_is_stated_where_it_is_beyond_bounds_and_chance() -> None:
    assert (
        draw(months(16, AFTER)).title
        == "Licences: Restricted gains 20 points, Open source loses 20 points since October 2025"
    )
    wide = {**AFTER, "restricted": 0.2, "open-source": 0.45, "unreviewed": 0.25}
    assert "gains" not in draw(months(16, wide)).title, "what is not told could be restricted, and could not"


def test_the_commonest_class_is_stated_where_nothing_moved() -> None:
    assert (
        draw(months(16, BEFORE)).title
        == "At least 70% of new derivatives of October 2026 are under an open-source licence"
    )
    even = {"open-source": 0.45, "restricted": 0.45, "unreviewed": 0.1}
    assert draw(months(3, even)).title == "Share of new derivatives by class of their licence"


@pytest.mark.parametrize("count", [1, 3, 40])
def test_months_are_legible(count: int) -> None:
    assert_legible(draw(months(count, AFTER)))


def test_families_have_a_row_each_and_what_is_not_told_could_be_any_class() -> None:
    rows = [
        {"month": made.month(back), "family": family, "license_class": name, "derivatives": 300 * part}
        | {"share": 0.1, "low": 0.1, "high": 0.101, "n": 5000}
        for back in reversed(range(11)) for family in ("Qwen", "Llama") for name, part in BEFORE.items()
    ]  # fmt: skip
    about = made.facts(synthetic=False)
    figure = made.draw("terms", pl.DataFrame(rows), about=about)
    assert_legible(figure)
    assert figure.title == "Open source is the commonest licence of new derivatives of Llama and Qwen"
    frame = pl.DataFrame(rows).with_columns(
        derivatives=pl.when(pl.col("license_class") == "unreviewed").then(300.0).otherwise(pl.col("derivatives"))
    )
    assert made.draw("terms", frame, about=about).title == "Licences of new derivatives of each family"
