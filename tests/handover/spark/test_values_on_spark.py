"""Each function that passes as portable, over odd values of each kind: Spark has duckdb's values, or says that not.

What neither a statement's text nor Spark's kinds tell is known: the last bit of a logarithm, a decimal of what is no
number (an error of duckdb, nothing of Spark), a year of five digits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pytest

from tests.handover.spark import needed
from tracker import store
from tracker.errors import QueryRefused

pytest.importorskip("pyspark", reason=needed.EXTRA)

from tracker.handover.spark import Mounted
from tracker.handover.spark.asking import OnSpark

VALUES = {
    "bigint": ("0", "-7", "7", "1", "2", "null", "9007199254740993", "9223372036854775807"),
    "decimal(9, 2)": ("0", "-2.55", "2.55", "1.01", "3.35", "null", "9999999.99"),
    "double": ("0", "-0.0", "0.1", "-2.5", "2.5", "1e300", "'nan'", "'inf'", "'-inf'", "null", "1e-7", "123456789.123"),
    "varchar": (
        "''", "' a '", "'Äb'", "'ß'", "'İI'", "'ΑΣ'", "'a,b'", "','", "'a\nb'", "'😀x'", "'1.5'", "' 12 '", "'1e3'",
        "'nan'", "'t'", "'2026-1-5'", "'2026'", "'%_\\'", "'.*'", "null", "'a\tb'", "'\u00a0x\u00a0'", "'\u3000x'",
    ),
    "date": ("'2024-02-29'", "'1582-10-10'", "'0009-03-04'", "'1969-12-31'", "'2026-01-01'", "null"),
    "timestamp": (
        "'2024-02-29 23:59:59.999999'", "'1969-12-31 23:59:59.5'", "'1582-10-10 01:02:03'", "'0009-03-04'",
        "'2026-10-25 02:30:00'", "null",
    ),
    "boolean": ("true", "false", "null"),
}  # fmt: skip
OF_NUMBERS = (
    "abs(x)", "-x", "floor(x)", "isnan(x)", "nullif(x, 0)", "x + 1", "x * 2", "x / 2", "x // 2", "-x // 2", "x % 2",
    "2 % x", "7 // x", "x % -3", "x = 0", "x in (0, 1)", "x not in (0, 1)", "x is distinct from 0", "greatest(x, 1)",
    "coalesce(x, 0)", "x::double", "x::varchar", "x::bigint", "x::hugeint", "x::uinteger", "x::float", "x::boolean",
    "if(x > 0, 1, 2)", "not (x > 0)", "1 / nullif(x, 0)", "x || ''", "concat_ws('-', x, 'a')", "x in (select 1)",
    "x not in (select null::double)", "coalesce(x in (select null::double), false)", "x = any (select 1)",
    "case when x in (select 1) then 1 end", "x::decimal(9, 3) // 2", "x::double::hugeint", "x // 1.5", "2.5 || ''",
)  # fmt: skip
OF_TEXT = (
    "lower(x)", "length(x)", "trim(x)", "ltrim(x)", "rtrim(x)", "trim(x, 'a ')", "ltrim(x, 'a')", "lpad(x, 3, '0')",
    "contains(x, '')", "starts_with(x, '')", "strpos(x, 'b')", "strpos(x, '')", "substr(x, 1, 1)", "substr(x, 2)",
    "substr(x, -2)", "substr(x, -2, 1)", "substr(x, 2, -1)", "substr(x, 1, -1)", "split_part(x, ',', 2)",
    "split_part(x, ',', -1)", "replace(x, '', 'b')", "regexp_replace(x, '', '-', 'g')", "regexp_matches(x, 'a++')",
    "regexp_replace(x, '\\d*', '-', 'g')", "regexp_replace(x, '\\w+', '-', 'g')", "regexp_replace(x, '.', '-', 'g')",
    "regexp_matches(x, '\\pL')", "regexp_matches(x, '^a.b$')", "regexp_matches(x, 'a*?')", "x like 'a%'",
    "x like '%_\\'", "x || 'z'", "concat_ws('-', x, null, 'b')", "list_contains(string_split(x, ','), '')",
    "x::double", "try_cast(x as double)", "try_cast(x as date)", "try_cast(x as timestamp)",
    "try_cast(x as boolean)", "try_cast(x as decimal(9, 2))", "try_cast(x as integer)", "x > 'a'", "x = 'a '",
    "greatest(x, 'b')", "x in ('', 'a')", "min(x) over ()",
)  # fmt: skip
OF_DAYS = (
    "year(x)", "month(x)", "date_trunc('week', x)", "date_trunc('quarter', x)", "date_diff('month', x, '2026-01-31')",
    "date_diff('day', x::date, date '2026-01-01')", "date_diff('year', x, '2026-01-31')", "strftime(x, '%-d %b %Y')",
    "strftime(x, '%A %B %y')", "strftime(x, '%H:%M:%S')", "x + interval '1 month'", "x - interval '1 month'",
    "epoch(x::timestamp)", "epoch_us(x::timestamp) // 1000000", "epoch_us(x::timestamp) % 1000000", "x::date",
    "x::varchar", "x > timestamp '2000-01-01 00:00:00'", "make_timestamp(epoch_us(x::timestamp))", "dayofweek(x)",
    "epoch(x::timestamp) // 86400",
)  # fmt: skip
OF_TRUTH = (
    "not x", "x and null", "x or null", "x::integer", "x::varchar", "x is not false", "x in (true, null)",
    "x not in (select null::boolean)", "greatest(x, false)",
)  # fmt: skip
OF_MANY = (
    "sum(x)", "avg(x)", "avg(distinct x)", "min(x)", "max(x)", "count(distinct x)", "arg_max(x, x)", "arg_min(x, x)",
    "avg(x::decimal(18, 3))", "avg(x) filter (where x is not null)", "sum(x) / nullif(count(*), 0)", "sum(x)::double",
)  # fmt: skip
ASKED = {
    **dict.fromkeys(("bigint", "decimal(9, 2)", "double"), OF_NUMBERS),
    "varchar": OF_TEXT,
    **dict.fromkeys(("date", "timestamp"), OF_DAYS),
    "boolean": OF_TRUTH,
}
# one of each kind that is turned, and of each that Spark ends: whether it gives rows
QUICK = {
    "decimal(9, 2)": {
        "x // 2": False,
        "x || ''": False,
        "avg(x)": False,
        "x::hugeint": False,
        "isnan(x)": True,
        "x::decimal(9, 3) // 2": False,
        "avg(x::decimal(18, 3))": False,
        "x::double::hugeint": False,
    },
    "double": {"x::varchar": False, "x % 2": True},
    "varchar": {"trim(x)": True, "ltrim(x)": True, "try_cast(x as date)": False, "substr(x, 1, -1)": True},
    "boolean": {"coalesce(x in (select null::boolean), false)": True},
}
LOGARITHMS = ("ln(x)", "log10(x)")

Engines = tuple[store.Published, OnSpark]


def text(kind: str, expression: str, values: Sequence[str]) -> str:
    """Return a statement of an expression over some values."""
    rows = ", ".join(f"({place}, {value}::{kind})" for place, value in enumerate(values))
    if expression in OF_MANY:
        return f"select {expression} as v from (values {rows}) as given(place, x)"
    return f"select place, {expression} as v from (values {rows}) as given(place, x) order by place"


def told(engine: Any, sql: str) -> list[Any] | None:
    """Return the rows; None where the engine says that it has none."""
    try:
        return list(engine.query(sql).rows())
    except QueryRefused:
        return None


def equal(one: Any, other: Any, within: float) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        alike = math.isclose(one, other, rel_tol=within) or (math.isnan(one) and math.isnan(other))
        return alike and (one != 0 or math.copysign(1, one) == math.copysign(1, other))
    return bool(one == other)


def check(engines: Engines, kind: str, expression: str, values: Sequence[str], within: float = 0.0) -> bool:
    """Check that Spark says nothing else in silence; return whether it gave rows at all."""
    sql = text(kind, expression, values)
    expected, found = (told(engine, sql) for engine in engines)
    if expected is None and len(values) > 1:  # which of them is an error
        each = [check(engines, kind, expression, [value], within) for value in values]
        return any(each)
    if found is None:
        return False
    assert expected is not None, (sql, found)
    pairs = [(one, other) for row in zip(found, expected, strict=True) for one, other in zip(*row, strict=True)]
    assert all(equal(one, other, within) for one, other in pairs), (sql, found, expected)
    return True


@pytest.fixture(scope="module")
def engines(published: store.Published, mounted: Mounted) -> Engines:
    return published, OnSpark(published, mounted)


@pytest.mark.parametrize("kind", QUICK)
def test_what_is_turned_or_refused_by_kind(engines: Engines, kind: str) -> None:
    given = {expression: check(engines, kind, expression, VALUES[kind]) for expression in QUICK[kind]}
    assert given == QUICK[kind]


@pytest.mark.parametrize("kind", ["decimal(9, 2)", "double"])
def test_logarithms_are_equal_but_for_a_bit(engines: Engines, kind: str) -> None:
    assert [check(engines, kind, each, VALUES[kind], within=1e-15) for each in LOGARITHMS] == [True, True]


@pytest.mark.soak
@pytest.mark.parametrize("kind", ASKED)
def test_every_function_over_odd_values(engines: Engines, kind: str) -> None:
    given = [check(engines, kind, each, VALUES[kind]) for each in (*ASKED[kind], *OF_MANY)]
    assert sum(given) > len(given) / 2
