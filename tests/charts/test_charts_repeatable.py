"""Sums of fractions are the same in every run: rows are grouped in their order, and not as threads come to them."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.rooms import modules


def test_every_grouping_of_charts_keeps_its_order() -> None:
    calls = [
        (path, each)
        for path in modules()
        if "charts" in path.parts
        for each in ast.walk(ast.parse(Path(path).read_text(encoding="utf-8")))
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr == "group_by"
    ]
    assert len(calls) > 10
    loose = [
        f"{path.name}:{each.lineno}" for path, each in calls if "maintain_order" not in {k.arg for k in each.keywords}
    ]
    assert loose == []
