"""Parts of a statement are turned wherever they stand: within others that are turned too, as duckdb prints views."""

from __future__ import annotations

import re

import pytest

from tests.handover.spark import needed

pytest.importorskip("sqlglot", reason=needed.EXTRA)

from tracker.handover.spark import dialect

TURNED = {
    'select arg_max(a, "row"(b, c)) as x from t': "STRUCT(b IS NULL, b, c IS NULL, c)",
    "select epoch(m) / nullif(epoch(n), 0) as x from t": "UNIX_MICROS(CAST(n AS TIMESTAMP)) / 1e6",
    "select (a // b) / (c % d) as x from t": "/ CAST((c % d) AS DOUBLE)",
    "select ln(x) / nullif(trim(a)::bigint, 0) as x from t": "WHEN CAST(x AS DOUBLE) < 0 THEN CAST('nan' AS DOUBLE)",
    "select ((a || b) || c) || d as x from t": "IF(REGEXP_LIKE(TYPEOF(c), ",
    "select (epoch_us(m) / 60) / 60 as x from t": "UNIX_MICROS(CAST(m AS TIMESTAMP))",
    "select count_star() as x from t": "COUNT(*)",
}


@pytest.mark.parametrize("sql", TURNED)
def test_what_stands_within_is_turned_too(sql: str) -> None:
    text = dialect.written(dialect.parsed(sql), lambda _: {})
    assert TURNED[sql] in text
    assert not re.search(r"\b(ROW|EPOCH|EPOCH_US|COUNT_STAR)`?\(", text)
