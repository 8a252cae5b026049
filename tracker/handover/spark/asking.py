"""Questions of ours to a copy on Spark: the same statements, their rows in the same types, so the same answers.

What the copy is, and how its statements are read, is asked of the copy itself; the rows of a statement are Spark's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from tracker.errors import QueryRefused
from tracker.handover.spark.mounting import mount
from tracker.sql.portable import NEAR
from tracker.table import Table

if TYPE_CHECKING:
    import polars as pl
    from pyspark.sql import SparkSession

    from tracker.handover.spark.mounting import Mounted
    from tracker.store import Published


@contextmanager
def asked(published: Published, spark: SparkSession, seconds: float | None = None) -> Iterator[Published]:
    """Yield a copy whose questions Spark answers, each within some seconds.

    Two copies may be asked on one session at the same time.
    """
    with mount(spark.newSession(), published, seconds=seconds) as mounted:
        yield cast("Published", OnSpark(published, mounted))


def own(published: Published, sql: str) -> pl.DataFrame:
    """Return the rows of a query in Spark's own SQL, on the session that a copy is asked on.

    Raises QueryRefused for what is no query, and where Spark does not run it.
    """
    import polars as pl

    mounted = cast(OnSpark, published).mounted
    return cast(pl.DataFrame, pl.from_arrow(mounted.own(sql)))


class OnSpark:
    """A published copy whose statements run on Spark; all else of it is the copy's own."""

    def __init__(self, published: Published, mounted: Mounted) -> None:
        self._published = published
        self.mounted = mounted

    def __getattr__(self, name: str) -> Any:
        return getattr(self._published, name)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Ask many questions; each is asked again."""
        yield

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None, *, common: str = "") -> pl.DataFrame:
        """Run one SELECT of our own as `Published.query` does.

        Raises QueryRefused for one that holds what Spark would read another way, or that Spark does not run.
        """
        if NEAR in sql:
            return self._published.query(sql, parameters)
        self._require_portable(sql)
        text = self._published.render(sql, parameters)
        return self.rows(text, self._published.query(_without_rows(text)))

    def table(self, sql: str, parameters: Mapping[str, Any] | None = None, *, common: str = "") -> Table:
        """Run one SELECT of our own as `Published.table` does."""
        if NEAR in sql:
            return self._published.table(sql, parameters)
        self._require_portable(sql)
        text = self._published.render(sql, parameters)
        types = self._published.table(_without_rows(text)).types
        return Table(types, [tuple(map(_of_utc, row)) for row in self.rows(text, Table(types).frame).rows()])

    def _require_portable(self, sql: str) -> None:
        """Judge a statement without its values: a list of them comes through as it is."""
        try:
            faults, lacking = self.mounted.catalog.faults(sql), self.mounted.catalog.lacking(sql)
        except ValueError as error:
            raise QueryRefused(f"this cannot be asked of Spark: {error}") from None
        if lacking:
            raise QueryRefused(f"this cannot be asked of Spark, which has no {lacking[0]}; ask it without --engine")
        if faults:
            raise QueryRefused(f"this cannot be asked of Spark, which reads {', '.join(faults)} another way")

    def rows(self, text: str, shape: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of a statement in the columns of a frame that has none.

        Raises QueryRefused where Spark has a time or a row there and duckdb has not.
        """
        import polars as pl

        found = cast(pl.DataFrame, pl.from_arrow(self.mounted.run(text)))
        found.columns = shape.columns
        for name, kind, wanted in zip(found.columns, found.dtypes, shape.dtypes, strict=True):
            if isinstance(kind, (pl.Duration, pl.Struct)) and kind != wanted:
                raise QueryRefused(
                    f"this cannot be asked of Spark, whose {name} is {kind} and not {wanted}; ask it without --engine"
                )
        return found.cast(shape.schema)


def _without_rows(text: str) -> str:
    return f"select * from (\n{text}\n) limit 0"


def _of_utc(value: Any) -> Any:
    """Return a value, a moment with the zone that duckdb's have."""
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value
