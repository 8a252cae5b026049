"""Sums of groups are the same bits each time, and no figure adds fractions in another way."""

from __future__ import annotations

import random
import re
from pathlib import Path

import polars as pl

import tracker
from tracker.charts.look.sums import ordered_sum

OF_A_COLUMN = re.compile(r"pl\.col\([^)]*\)\s*\.sum\(\)|\)\s*\.sum\(\)\.alias\(")


def test_a_sum_does_not_depend_on_the_order_of_its_values() -> None:
    some = random.Random(1)
    rows = [(at % 90, some.randrange(10**14) * 1e-9) for at in range(4500)] + [(1, None)]
    found = set()
    for _ in range(20):
        some.shuffle(rows)
        frame = pl.DataFrame(rows, {"day": pl.Int64, "value": pl.Float64}, orient="row")
        summed = frame.group_by("day", maintain_order=True).agg(
            ordered_sum("value"), twice=ordered_sum(pl.col("value") * 2)
        )
        found.add(tuple(summed.sort("day").rows()))
    assert len(found) == 1


def test_no_figure_adds_the_fractions_of_a_group_as_threads_bring_them() -> None:
    for path in Path(tracker.__file__).parent.joinpath("charts").rglob("*.py"):
        if path.name != "sums.py":
            assert not OF_A_COLUMN.search(path.read_text(encoding="utf-8")), f"{path}: use ordered_sum"
