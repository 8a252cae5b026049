"""Our own questions to a copy on Spark: the same statements and the same column types, so the same answers.

Spark returns the rows of a statement. Facts about the copy, and the types of a statement, come from the copy itself.
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
    """Yield a copy whose questions Spark answers, each within `seconds` (None: no limit).

    One session may answer for two copies at the same time.
    """
    with mount(spark.newSession(), published, seconds=seconds) as mounted:
        yield cast("Published", OnSpark(published, mounted))


def own(published: Published, sql: str) -> pl.DataFrame:
    """Return the rows of a query in Spark's own SQL, on the session of a copy from `asked`.

    Raises QueryRefused for anything but a query, and if Spark fails to run it.
    """
    import polars as pl

    mounted = cast(OnSpark, published).mounted
    return cast(pl.DataFrame, pl.from_arrow(mounted.own(sql)))


class OnSpark:
    """A published copy whose statements run on Spark; everything else is delegated to the copy."""

    def __init__(self, published: Published, mounted: Mounted) -> None:
        self._published = published
        self.mounted = mounted

    def __getattr__(self, name: str) -> Any:
        return getattr(self._published, name)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Do nothing: on Spark questions share no work."""
        yield

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None, *, common: str = "") -> pl.DataFrame:
        """Run one SELECT of our own as `Published.query` does.

        Raises QueryRefused for a statement that Spark would read differently or fails to run.
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
        """Check a statement before its values are filled in: a list among these is portable."""
        try:
            faults, lacking = self.mounted.catalog.faults(sql), self.mounted.catalog.lacking(sql)
        except ValueError as error:
            raise QueryRefused(f"this cannot be asked of Spark: {error}") from None
        if lacking:
            raise QueryRefused(f"this cannot be asked of Spark, which has no {lacking[0]}; ask it without --engine")
        if faults:
            raise QueryRefused(f"this cannot be asked of Spark, which reads {', '.join(faults)} another way")

    def rows(self, text: str, shape: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of a statement with the names and types of an empty frame, `shape`.

        Raises QueryRefused if a column is a duration or struct on Spark and another type on duckdb.
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
    """Return a value; a moment is converted to UTC, as duckdb gives it."""
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value
