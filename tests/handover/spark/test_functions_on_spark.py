"""The functions of a copy on Spark: the names, parameters, columns, types and rows that they have in duckdb."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.handover.spark import needed
from tracker import store

pytest.importorskip("pyspark", reason=needed.EXTRA)

from tracker.handover.spark import Mounted, functions, types

FEW = ["carol/tune", "mistralai/Mistral-7B", "mistralai/M-Q", "judy/new", "nobody/nothing"]
Call = tuple[str, Sequence[Any]]
CALLS: Sequence[Call] = [
    ("lineage_of", ["default"]), ("lineage_of", ["inferred"]), ("nearest_of", ["as_uploaded"]),
    ("edges_of", ["inferred"]), ("models_as_of", ["2026-09-20"]), ("counters_as_of", ["2026-10-05"]),
    ("counters_as_of", ["2026-09-01"]), ("movers", ["2026-09-04", "2026-10-05"]),
    ("movers", ["2026-09-04", "2026-09-06"]), ("model_history", ["carol/draft"]), ("model_history", ["mistralai/M-Q"]),
    ("downloads_of", [FEW]), ("daily_flow_of", [FEW]),
]  # fmt: skip
READINGS = ("default", "inferred", "teacher", "as_uploaded", "no such reading")
_MORE: Sequence[Call] = [
    *((name, [each]) for name in ("lineage_of", "nearest_of", "edges_of") for each in READINGS),
    *((name, [each]) for name in ("models_as_of", "counters_as_of") for each in ("2026-9-5", "2030-01-01")),
    ("movers", ["2026-09-30", "2026-09-04"]),
    *(("model_history", [each]) for each in ("carol/tune", "dave/lora", "nobody/nothing")),
    ("downloads_of", [[]]), ("daily_flow_of", [[]]),
]  # fmt: skip
MORE = [pytest.param(each, marks=pytest.mark.soak) for each in _MORE if each not in CALLS]
WHY = "select model_key, root_key, lineage_why({}) as why from lineage order by model_key, root_key"
PLAIN = (
    "status, depth, evidence, root_id, family, line, developer, origin_country, relation, via, credit, self_reference"
)
OTHERWISE = """
case when depth > 1 then 'dangling' else status end, depth, evidence,
case when depth > 1 then 'a/b/' || root_id else root_id end, family, line, developer, origin_country, relation, via,
credit - 5, true, true
"""
COHORTS = """
select moment, cohort_of(moment) from (
  select cast(told as timestamp{zone}) as moment from (values ('2021-05-01 00:00:00+00:00'), (null),
    ('2022-03-31 23:59:59+00:00'), ('2022-04-01 00:00:00+00:00'), ('2023-12-31 23:59:59+00:00'),
    ('2024-06-30 23:59:59.999999+00:00'), ('2024-07-01 00:00:00+00:00'), ('2026-12-31 23:00:00+00:00')) as t(told)
) as moments
order by moment
"""


@pytest.fixture(scope="module", autouse=True)
def _everything(mounted: Mounted) -> None:
    mounted.everything()


def text(call: Call, array: str) -> str:
    name, given = call
    written = [array.format(", ".join(map(repr, each))) if isinstance(each, list) else repr(each) for each in given]
    return f"select * from {name}({', '.join(written)})"


def told(rows: Any) -> list[tuple[Any, ...]]:
    """Return rows as Python has them, moments in UTC."""
    return [tuple(each.astimezone(UTC) if isinstance(each, datetime) else each for each in row) for row in rows]


def by_value(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple((each is None, each) for each in row)


def test_each_function_of_a_copy_is_there(mounted: Mounted) -> None:
    assert set(functions.statements()) == set(mounted.catalog.macros)


@pytest.mark.parametrize("call", [*CALLS, *MORE], ids=lambda call: text(call, "[{}]"))
def test_columns_types_and_rows_are_those_of_the_copy(
    spark: Any, mounted: Mounted, published: store.Published, call: Call
) -> None:
    found, expected = spark.sql(text(call, "array({})")), published.query(text(call, "[{}]"))
    kinds = mounted.catalog.columns(text(call, "[{}]"))
    assert found.dtypes == [(name, types.of(kind)) for name, kind in kinds.items()]
    rows = told(found.collect())
    if call[0] != "model_history":  # which alone has an order
        assert sorted(rows, key=by_value) == sorted(expected.rows(), key=by_value)
    else:
        assert rows == expected.rows()


def test_each_function_finds_something(published: store.Published) -> None:
    found = {call[0] for call in CALLS if published.query(text(call, "[{}]")).height}
    assert found == {call[0] for call in CALLS} == set(functions.statements()) - {"cohort_of", "lineage_why"}


@pytest.mark.parametrize("given", [PLAIN, OTHERWISE], ids=["as it is", "otherwise"])
def test_a_reason_is_the_same_sentence(spark: Any, published: store.Published, given: str) -> None:
    assert told(spark.sql(WHY.format(given)).collect()) == published.query(WHY.format(given)).rows()


def test_a_class_of_models_is_the_same(spark: Any, published: store.Published) -> None:
    found = spark.sql(COHORTS.format(zone="") + " nulls last").collect()
    assert told(found) == published.query(COHORTS.format(zone="tz")).rows()


def test_a_day_may_be_a_date_and_must_be_one(spark: Any) -> None:
    as_text = spark.sql("select * from counters_as_of('2026-09-20')").collect()
    assert spark.sql("select * from counters_as_of(date '2026-09-20')").collect() == as_text
    with pytest.raises(Exception, match="'yesterday' could not be parsed"):  # which Spark's own cast takes for a day
        spark.sql("select * from counters_as_of('yesterday')").collect()
