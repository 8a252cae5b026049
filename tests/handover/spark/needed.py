"""What tests on Spark need: PySpark, of the extra, and Java; and settings of a session for small data."""

from __future__ import annotations

import os

import pytest

from tracker.errors import TrackerError
from tracker.handover.spark.sessions import require_java

EXTRA = "the extra `spark` is not installed: pip install -r requirements/spark.lock"
# on small data planning and the making of code are what a question costs
SMALL = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


def everything() -> None:
    """Skip where something is missing; fail where nothing may be."""
    pytest.importorskip("pyspark", reason=EXTRA)
    try:
        require_java()
    except TrackerError as error:
        (pytest.fail if os.environ.get("EXTRAS_TESTS") == "required" else pytest.skip)(str(error))
