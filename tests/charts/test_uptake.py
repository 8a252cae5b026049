"""How quickly roots are taken up: the measure counted by hand, rows of marks, an interval as a title."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from statistics import median
from typing import Any

import polars as pl
import pytest

from tests import planted as copies
from tests.charts import made
from tests.charts.legible import assert_legible
from tracker import answers

NAMES = {"first": 1.0, "quantized": 20.0, "tenth": 100.0, "half": 300.0}


def rows(families: list[str], roots: int = 40, spread: float = 0.1, young: int = 3) -> pl.DataFrame:
    """Return rows of the measure, each family somewhat slower than the one before it."""
    found = []
    for at, family in enumerate([None, *families]):
        for milestone, days in NAMES.items():
            value = days * (1 + 0.1 * at)
            found.append({"family": family, "milestone": milestone, "days": value, "low": value * (1 - spread)}
                         | {"high": value * (1 + spread), "roots": roots, "young": young})  # fmt: skip
    return pl.DataFrame(found, schema_overrides={"family": pl.String}, infer_schema_length=None)


@pytest.mark.parametrize("families", [0, 1, 3, 17, 300])
def test_rows_are_legible(families: int) -> None:
    names = [*made.FAMILIES, *(f"Family {at}" for at in range(300))][:families]
    assert_legible(made.draw("uptake", rows(names)))


def test_strange_names_are_legible() -> None:
    assert_legible(made.draw("uptake", rows(list(made.STRANGE))))


def test_days_that_are_none_or_many_stay_on_the_axis() -> None:
    frame = rows(["Qwen", "Llama"]).with_columns(days=pl.col("days").replace({1.0: 0.0, 360.0: 5_000.0}))
    assert_legible(made.draw("uptake", frame))


def test_the_soonest_stands_first_and_young_roots_are_named() -> None:
    figure = made.draw("uptake", rows(["Llama", "Qwen", "unreviewed"]))
    names = [text.text for text in figure.plot(840.0).texts() if text.text in ("Llama", "Qwen", "unreviewed")]
    assert names == ["Llama", "Qwen"] and "3 of 40 roots are younger than a year" in figure.note


def test_titles_are_earned() -> None:
    assert made.draw("uptake", rows(["Qwen"])).title == (
        "Half of what is built on a root has come within 9 to 11 months of its release"
    )
    assert made.draw("uptake", rows(["Qwen"], spread=0.01)).title.endswith("within 10 months of its release")
    for quiet in (made.draw("uptake", rows(["Qwen"], roots=19)),
                  made.draw("uptake", rows(["Qwen"]), about=made.facts(scope="top:1000"))):  # fmt: skip
        assert quiet.title == "Days from a root's release to what is built on it, by family"


def test_the_measure_counts_as_a_person_would() -> None:
    with copies.published() as published:
        answer = answers.measure(published, "uptake", {"least": 2}).frame
        built = published.query(
            "select lineage.root_key, lineage.family, lineage.relation, models.created_at, root.created_at as released "
            "from lineage join models using (model_key) join models as root on root.model_key = lineage.root_key "
            "where lineage.status = 'derived' order by all"
        )
    days: dict[int, list[tuple[float, str]]] = defaultdict(list)
    families = {}
    for row in built.iter_rows(named=True):
        if row["released"] >= datetime(2022, 3, 3, tzinfo=UTC):
            age = max(0.0, (row["created_at"] - row["released"]).total_seconds() / 86400)
            days[row["root_key"]].append((age, row["relation"]))
            families[row["root_key"]] = row["family"]
    reached: dict[Any, list[float]] = defaultdict(list)
    for root, ages in days.items():
        held = sorted(age for age, _ in ages)
        if len(held) < 2:
            continue
        quantized = [age for age, relation in ages if relation == "quantized"]
        values = {"first": held[0], "half": held[(len(held) + 1) // 2 - 1], "tenth": held[9] if held[9:] else None}
        values["quantized"] = min(quantized) if quantized else None
        for milestone, value in values.items():
            for family in (None, families[root]):
                if value is not None:
                    reached[family, milestone].append(value)
    assert reached, "the copy has roots with derivatives"
    found = {(row["family"], row["milestone"]): row for row in answer.iter_rows(named=True) if row["roots"]}
    assert {key: (row["days"], row["roots"]) for key, row in found.items()} == {
        key: (pytest.approx(median(values)), len(values)) for key, values in reached.items()
    }
    assert answer.filter(pl.col("family").is_null()).height == 4, "all families together, whatever the copy"
