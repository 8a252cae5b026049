"""One statement on a session: it is stopped when its time is over, and says in one line why it does not run."""

from __future__ import annotations

from typing import Any

import pytest

from tests.handover.spark import needed
from tracker.errors import QueryRefused, TooMuch

pytest.importorskip("pyspark", reason=needed.EXTRA)

from tracker.handover.spark.running import refused, within

ENDLESS = "select count(*) from range(4000000) as a, range(4000000) as b"
SAID = {
    "selec 1": "[PARSE_SYNTAX_ERROR] Syntax error at or near 'selec' (line 1, position 0)",
    "select 1\nfrom nowhere": "[TABLE_OR_VIEW_NOT_FOUND] The table or view `nowhere` cannot be found. Verify the"
    " spelling and correctness of the schema and catalog (line 2, position 5)",
    "select 1 / (id - id) as x from range(3)": "[DIVIDE_BY_ZERO] Division by zero. Use `try_divide` to tolerate divisor"
    " being 0 and return NULL instead (line 1, position 8)",
    # what Java wraps twice and more
    "select (select id from range(3)) as x": "[SCALAR_SUBQUERY_TOO_MANY_ROWS] More than one row returned by a subquery"
    " used as an expression (line 1, position 8)",
    "select java_method('java.lang.Integer', 'parseInt', 'x') as x from range(3)": "NumberFormatException: For input"
    ' string: "x"',
}


@pytest.mark.parametrize("sql", SAID)
def test_why_a_statement_does_not_run_is_one_line(spark: Any, sql: str) -> None:
    with pytest.raises(QueryRefused) as told, refused("try another"):
        spark.sql(sql).toArrow()
    assert str(told.value) == f"Spark does not run this: {SAID[sql]}; try another"


def test_what_takes_too_long_is_stopped_and_the_next_is_not(spark: Any) -> None:
    with pytest.raises(TooMuch, match=r"stopped after 0\.5 seconds; narrow the question"), within(spark, 0.5):
        spark.sql(ENDLESS).collect()
    with within(spark, 60):
        assert spark.sql("select 1 as a").collect()[0]["a"] == 1
