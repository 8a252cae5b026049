"""Register the tables and views of a copy on a session of Spark, under the same names.

A view is the copy's own SQL, translated. Files that the copy names are read in place. Tables in the database file
itself are small; each is written once more as Parquet.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from tracker.errors import QueryRefused
from tracker.handover.spark import dialect, functions, types
from tracker.handover.spark.running import refused, within
from tracker.handover.spark.sessions import ASKING
from tracker.store.elsewhere.catalog import LAID, Catalog, Key

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from tracker.store import Published


_OWN = "this is Spark's own SQL, and `tracker schema` lists what it can name"


class Mounted:
    """A copy on a session; a relation is registered when a statement first reads it, or by `everything`."""

    def __init__(
        self,
        spark: SparkSession,
        catalog: Catalog,
        scratch: Path,
        *,
        is_held: bool = False,
        seconds: float | None = None,
    ) -> None:
        self.spark = spark
        self.catalog = catalog
        self._scratch = scratch
        self._is_held = is_held
        self._seconds = seconds
        self._registered: set[str] = set()

    def everything(self) -> list[str]:
        """Register all tables, views and functions; return the names of tables and views."""
        names = sorted({key.name for key in (*self.catalog.views, *self.catalog.tables)})
        found = [self._register(key) for name in names if (key := self.catalog.find(name))]
        functions.register(self.spark)
        return found

    def translated(self, sql: str) -> str:
        """Translate a SELECT of our own to Spark's SQL, and register the relations that it reads."""
        tree = dialect.without_macros(dialect.parsed(sql), self.catalog.macros)
        tree = dialect.by_key(tree, self.catalog.shown)
        return dialect.written(self._over_registered(tree), self.catalog.columns)

    def run(self, sql: str) -> Any:
        """Return the rows of a SELECT of our own as a table of Arrow.

        Raises QueryRefused if Spark fails to run it, TooMuch if it exceeds the time limit.
        """
        with refused("ask it without --engine spark"), within(self.spark, self._seconds):
            return self.spark.sql(self.translated(sql)).toArrow()

    def own(self, sql: str) -> Any:
        """Return the rows of a query in Spark's own SQL as a table of Arrow; relations that it names are registered.

        Raises QueryRefused for anything but a query, and if Spark fails to run it; TooMuch beyond the time limit.
        """
        with refused(_OWN), within(self.spark, self._seconds):
            _require_query(self.spark, sql)
            words = set(re.findall(r"\w+", sql.lower()))
            if words & functions.names():
                self.everything()
            for word in sorted(words):
                if key := self.catalog.find(word):
                    self._register(key)
            return self.spark.sql(sql).toArrow()

    def _over_registered(self, tree: exp.Expression) -> exp.Expression:
        """Return a tree that names the session's tables instead of the copy's tables and files."""
        own = {each.alias for each in tree.find_all(exp.CTE)}

        def placed(node: exp.Expression) -> exp.Expression:
            if not isinstance(node, exp.Table):
                return node
            if isinstance(node.this, exp.ReadParquet):
                node.set("this", exp.to_identifier(self._register_files(node.this)))
            elif node.name and (node.db or node.name not in own):
                key = self.catalog.find(node.name, node.catalog or node.db or None)
                if key:
                    node.set("this", exp.to_identifier(self._register(key)))
                    node.set("db", None)
                    node.set("catalog", None)
                    if not node.alias:
                        node.set("alias", exp.TableAlias(this=exp.to_identifier(key.name)))
            return node

        return tree.transform(placed)

    def _register(self, key: Key) -> str:
        """Register a relation and what it reads; return its name in the session."""
        is_shadowed = key.database != LAID and self.catalog.find(key.name) != key
        name = f"{key.database}_{key.name}" if is_shadowed else key.name
        if name not in self._registered:
            if key in self.catalog.views:
                text = self.translated(self.catalog.views[key])
                self.spark.sql(f"create or replace temporary view `{name}` as {text}")
            else:
                path = self._scratch / f"{name}.parquet"
                self.catalog.rows(key).write_parquet(path)
                columns = self.catalog.columns(f"from {key.database}.{key.name}")
                self._lay(name, columns, [str(path)])
            if self._is_held:
                self.spark.catalog.cacheTable(name)
            self._registered.add(name)
        return name

    def _register_files(self, call: exp.ReadParquet) -> str:
        """Register the files of a `read_parquet` call as one view; return its name in the session."""
        text = call.sql(dialect="duckdb")
        name = f"files_{hashlib.sha256(text.encode()).hexdigest()[:12]}"
        if name not in self._registered:
            self._lay(name, self.catalog.columns(f"from {text}"), dialect.files(call))
            self._registered.add(name)
        return name

    def _lay(self, name: str, columns: dict[str, str], files: list[str]) -> None:
        frame = self.spark.read.schema(types.schema(columns)).parquet(*files)
        frame.createOrReplaceTempView(name)


def _require_query(spark: SparkSession, sql: str) -> None:
    """Raise QueryRefused for a statement that is more than a query, as Spark's own parser reads it."""
    logical = "org.apache.spark.sql.catalyst.plans.logical"
    plan = spark._jsparkSession.sessionState().sqlParser().parsePlan(sql)
    for kind in ("Command", "ParsedStatement"):
        if spark._jvm.java.lang.Class.forName(f"{logical}.{kind}").isInstance(plan):
            raise QueryRefused(f"only a query is allowed here, not {plan.nodeName()}: the copy cannot be changed")


@contextmanager
def mount(
    spark: SparkSession,
    published: Published,
    scratch: Path | None = None,
    *,
    is_held: bool = False,
    seconds: float | None = None,
) -> Iterator[Mounted]:
    """Yield a copy on a session of Spark, a user's or one of ours.

    `scratch` is a folder for tables that exist only in the copy's database file, some megabytes a million models (None:
    a temporary folder of this machine). All workers must be able to read it and the files of the copy. `is_held` caches
    each relation in memory once it is read, for a small copy with many questions. `seconds` is the time limit of a
    question.
    """
    for name, value in ASKING.items():
        spark.conf.set(name, value)
    with tempfile.TemporaryDirectory(prefix="tracker-spark-", dir=scratch) as folder:
        yield Mounted(spark, published.catalog(), Path(folder), is_held=is_held, seconds=seconds)
