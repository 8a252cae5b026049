"""Cells as people read them."""

from __future__ import annotations

from typing import Any

import pytest

from tracker.answers.shown.cells import cells


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ({"value": 2.0, "change": 0.25}, ["2", "+25.0%"]),
        ({"before": 1.0, "after": 3869.5, "change": 3868.5}, ["1", "3,869.5", "3,868.5"]),
        ({"share": -0.0001, "low": -0.012}, ["0.0%", "-1.2%"]),
    ],
)
def test_a_change_is_a_part_or_a_difference_and_nothing_has_no_sign(row: dict[str, Any], shown: list[str]) -> None:
    assert list(cells(row)) == shown
