"""A session of Spark with the settings that our questions need: of this machine, or of a cluster by its address."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tracker.errors import SettingsError, TrackerError, needs

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOCAL = "local[2]"
LOOPBACK = "127.0.0.1"
# needed by every question, on a session of the user's as well
ASKING = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, never another number
}
# the longest list of files that is looked through here: a job of its own for it takes longer than the question
_OURS = {
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "100000",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
# on small data planning and the making of code are what a question costs
SMALL = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
}
_LEAST_JAVA = 17


def is_local(master: str) -> bool:
    """Return whether a master runs on this machine alone."""
    return master.startswith("local")


@contextmanager
def session(master: str = LOCAL, settings: Mapping[str, str] | None = None) -> Iterator[SparkSession]:
    """Yield a session, which is stopped afterwards. `settings` are Spark's own, and stand above ours.

    `master` is a URL of Spark: `local[N]` for N threads of this machine, `local-cluster[2,1,1024]`,
    `spark://host:7077`, `yarn`, `k8s://...`. Raises TrackerError where PySpark or Java is not installed, SettingsError
    where no session can be had there.
    """
    with needs("spark", "pyspark", "py4j"):
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    require_java()
    logging.getLogger("SQLQueryContextLogger").disabled = True  # says of each error again what its exception says
    builder = SparkSession.builder.master(master).appName("tracker")
    local = {"spark.driver.host": LOOPBACK, "spark.driver.bindAddress": LOOPBACK} if is_local(master) else {}
    if is_local(master):
        os.environ.setdefault("SPARK_LOCAL_IP", LOOPBACK)
    for name, value in {**ASKING, **_OURS, **local, **(settings or {})}.items():
        builder = builder.config(name, value)
    try:
        made = builder.getOrCreate()
    except (PySparkException, RuntimeError, OSError) as error:
        raise SettingsError(f"no session of Spark at {master}: {_line(error)}; check --master") from None
    except Exception as error:  # noqa: BLE001  py4j's own, which has no class in common with others
        raise SettingsError(f"no session of Spark at {master}: {_line(error)}; check --master") from None
    try:
        yield made
    finally:
        made.stop()


def require_java() -> None:
    """Raise TrackerError where there is no Java that Spark can run on."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin" if home else None)
    if java is None:
        where = f"in JAVA_HOME={home}" if home else "on the PATH"
        raise TrackerError(
            f"Spark runs on Java {_LEAST_JAVA} or later, and there is none {where}; "
            f"install it, on Debian `apt-get install openjdk-{_LEAST_JAVA}-jre-headless`"
        )


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
