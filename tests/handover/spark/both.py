"""One statement on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from tests.handover.spark import needed
from tracker import store

pytest.importorskip("pyspark", reason=needed.EXTRA)

from tracker.handover.spark import Mounted
from tracker.handover.spark.asking import OnSpark


def differing(published: store.Published, mounted: Mounted, sql: str) -> list[Any]:
    """Return where the rows of a statement of ours differ, in their order and in every bit; nothing where none does."""
    expected = published.query(sql)
    found = OnSpark(published, mounted).rows(sql, expected.clear())
    if found.height != expected.height:
        return [(found.height, expected.height)]
    return [pair for pair in zip(found.rows(), expected.rows(), strict=True) if pair[0] != pair[1]]
