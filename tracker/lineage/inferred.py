"""Inferred parents."""

from __future__ import annotations

from tracker.lineage.graph import Bools
from tracker.lineage.named import Named


def infer(named: Named, orphan: Bools) -> list[tuple[int, int, int]]:
    return []
