"""What a copy shows on Spark: the same tables and views, with the same columns, types and rows."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tests.handover.spark import needed
from tracker import store

pytest.importorskip("pyspark", reason=needed.EXTRA)

from tracker.handover.spark import Mounted

# views of many parts, and one table of each kind of column
RELATIONS = ("models", "lineage", "nearest", "daily_downloads", "daily_families", "snapshots", "nights", "definitions")


def test_every_table_and_view_is_there_with_its_columns(
    spark: Any, mounted: Mounted, published: store.Published
) -> None:
    names = mounted.everything()
    assert set(names) == {key.name for key in (*mounted.catalog.views, *mounted.catalog.tables)}
    for name in names:
        assert spark.table(name).columns == list(mounted.catalog.columns(f"from {name}")), name


@pytest.mark.parametrize("name", RELATIONS)
def test_rows_are_those_of_the_copy(spark: Any, mounted: Mounted, published: store.Published, name: str) -> None:
    columns = ", ".join(f'"{each}"' for each in mounted.catalog.columns(f"from {name}"))
    sql = f"select {columns} from {name} order by {columns}"
    found = pl.from_arrow(spark.sql(mounted.translated(sql)).toArrow())
    assert isinstance(found, pl.DataFrame) and found.height
    assert found.rows() == published.query(sql).rows()
