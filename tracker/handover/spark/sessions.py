"""A session of Spark with the settings that our questions need: of this machine, or of a cluster by its address."""

from __future__ import annotations

import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from tracker.errors import SettingsError, TrackerError, needs

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOOPBACK = "127.0.0.1"
# needed by every question, on a session of the user's as well
ASKING = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, never another number
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",  # nor are digits cut off
    "spark.sql.cteRecursionRowLimit": "-1",  # of ours each comes to an end
    "spark.sql.cteRecursionLevelLimit": "-1",
}
_OURS = {
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "100000",  # a job that lists files takes longer than that
    "spark.sql.runSQLOnFiles": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
_LOCAL = {
    "spark.driver.host": LOOPBACK,
    "spark.driver.bindAddress": LOOPBACK,
    "spark.driver.memory": "4g",
}
_JAVA = 17
_MASTER = re.compile(r"local(\[.+\])?|local-cluster\[\d+,\d+,\d+\]|yarn|(spark|k8s)://\S+")


@contextmanager
def session(master: str, settings: Mapping[str, str] | None = None) -> Iterator[SparkSession]:
    """Yield a session, which is stopped afterwards, or the one that this process has. `settings` stand above ours.

    `master` is a URL of Spark: `local[N]` for N threads of this machine, `local-cluster[2,1,1024]`,
    `spark://host:7077`, `yarn`, `k8s://...`. Raises SettingsError for another one, TrackerError where PySpark or Java
    is not installed, or where no session can be had there.
    """
    if not _MASTER.fullmatch(master):
        raise SettingsError(f"{master!r} is no master; write local[N], spark://HOST:PORT, yarn or k8s://HOST:PORT")
    with needs("spark", "pyspark", "py4j", "sqlglot", "pyarrow", "pandas"):
        import pandas  # noqa: F401  all that is needed later is asked for first
        import pyarrow  # noqa: F401
        import sqlglot  # noqa: F401
        from pyspark import SparkContext
        from pyspark.sql import SparkSession
    if running := SparkSession.getActiveSession():
        yield running
        return
    require_java()
    logging.getLogger("SQLQueryContextLogger").disabled = True  # says of each error again what its exception says
    logging.getLogger().addFilter(_is_no_echo)
    is_local = master.startswith("local")
    if is_local:
        os.environ.setdefault("SPARK_LOCAL_IP", LOOPBACK)
    builder = SparkSession.builder.master(master).appName("tracker")
    for name, value in {**ASKING, **_OURS, **(_LOCAL if is_local else {}), **(settings or {})}.items():
        builder = builder.config(name, value)
    is_java_ours = SparkContext._gateway is None
    made = _started(builder.getOrCreate, master)
    try:
        yield made
    finally:
        _end(made, is_java_ours)


def require_java() -> None:
    """Raise TrackerError where there is no Java that Spark can run on."""
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        raise TrackerError(
            f"Spark runs on Java {_JAVA} or later, and there is none {f'in {home}' if home else 'on the PATH'}; "
            f"install it, on Debian `apt-get install openjdk-{_JAVA}-jre-headless`"
        )


def _started(start: Callable[[], SparkSession], master: str) -> SparkSession:
    """Start a session, quietly: what Java says goes into a file for as long as it runs, since it says so much."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    with tempfile.TemporaryFile() as told:
        stderr = os.dup(2)
        os.dup2(told.fileno(), 2)
        try:
            return start()
        except (PySparkException, Py4JError, OSError, RuntimeError) as error:
            told.seek(0)
            said = [line for line in told.read().decode(errors="replace").splitlines() if "rror" in line]
            raise TrackerError(f"no session of Spark at {master}: {_line((said or [str(error)])[0])}") from error
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)


def _end(session: SparkSession, is_java_ours: bool) -> None:
    """Stop a session, and the Java that was started for it, which would hold its memory until this process ends."""
    from py4j.protocol import Py4JError
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    gateway: Any = SparkContext._gateway
    with suppress(Py4JError, ConnectionError):  # of a Java that has ended by itself
        session.stop()
    if is_java_ours and getattr(gateway, "proc", None):
        gateway.shutdown()
        gateway.proc.stdin.close()  # for which it waits
        gateway.proc.wait()
        SparkContext._gateway = SparkContext._jvm = SparkContext._active_spark_context = None
        SparkSession._instantiatedSession = None


def _is_no_echo(record: logging.LogRecord) -> bool:
    """Return whether a record of the root's says more than the exception does that py4j raises as well."""
    return record.msg != "Exception while sending command."


def _line(text: str, most: int = 500) -> str:
    return " ".join(text.split())[:most]
