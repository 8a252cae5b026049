"""A session of Spark with the settings that our questions need, on this machine or on a cluster."""

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
# every question needs these, on a user's session too
ASKING = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, never a wrong number
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",  # no digit is cut off
    "spark.sql.cteRecursionRowLimit": "-1",  # no limit: each recursion of ours ends by itself
    "spark.sql.cteRecursionLevelLimit": "-1",
}
_OURS = {
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "100000",  # a job to list files would be slower
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
    """Yield the session that this process has, or a new one that is stopped afterwards. `settings` override ours.

    `master` is a URL of Spark: `local[N]` for N threads of this machine, `local-cluster[2,1,1024]`,
    `spark://host:7077`, `yarn`, `k8s://...`. Raises SettingsError for any other, TrackerError if PySpark or Java is not
    installed or the session cannot be started.
    """
    if not _MASTER.fullmatch(master):
        raise SettingsError(f"{master!r} is no master; write local[N], spark://HOST:PORT, yarn or k8s://HOST:PORT")
    with needs("spark", "pyspark", "py4j", "sqlglot", "pyarrow", "pandas"):
        import pandas  # noqa: F401  a missing package must fail here, not in a later question
        import pyarrow  # noqa: F401
        import sqlglot  # noqa: F401
        from pyspark import SparkContext
        from pyspark.sql import SparkSession
    if running := SparkSession.getActiveSession():
        yield running
        return
    require_java()
    logging.getLogger("SQLQueryContextLogger").disabled = True  # it repeats the text of each exception
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
    """Raise TrackerError if no `java` is found."""
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        raise TrackerError(
            f"Spark runs on Java {_JAVA} or later, and there is none {f'in {home}' if home else 'on the PATH'}; "
            f"install it, on Debian `apt-get install openjdk-{_JAVA}-jre-headless`"
        )


def _started(start: Callable[[], SparkSession], master: str) -> SparkSession:
    """Start a session quietly: stderr goes to a temporary file meanwhile, since Java writes so much there."""
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
    """Stop a session, and the Java process started for it, which would keep its memory until this process ends."""
    from py4j.protocol import Py4JError
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    gateway: Any = SparkContext._gateway
    with suppress(Py4JError, ConnectionError):  # Java has ended by itself
        session.stop()
    if is_java_ours and getattr(gateway, "proc", None):
        gateway.shutdown()
        gateway.proc.stdin.close()  # Java ends when its stdin is closed
        gateway.proc.wait()
        SparkContext._gateway = SparkContext._jvm = SparkContext._active_spark_context = None
        SparkSession._instantiatedSession = None


def _is_no_echo(record: logging.LogRecord) -> bool:
    """Return whether a log record is not py4j's, which only repeats an exception that py4j also raises."""
    return record.msg != "Exception while sending command."


def _line(text: str, most: int = 500) -> str:
    return " ".join(text.split())[:most]
