"""What tests on Spark need: PySpark, of the extra, and Java."""

from __future__ import annotations

import os

import pytest

from tracker.errors import TrackerError
from tracker.handover.spark.sessions import require_java

EXTRA = "the extra `spark` is not installed: pip install -r requirements/spark.lock"


def everything() -> None:
    """Skip where something is missing; fail where nothing may be."""
    pytest.importorskip("pyspark", reason=EXTRA)
    try:
        require_java()
    except TrackerError as error:
        (pytest.fail if os.environ.get("EXTRAS_TESTS") == "required" else pytest.skip)(str(error))
