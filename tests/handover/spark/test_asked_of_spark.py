"""Questions to a copy on Spark: the rows of duckdb, in their order, in every bit; and the whole answers with their ids.

Here one of each rule, series and ranking, the two longest in the slow part; all that the tests know in
`test_all_on_spark.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

import tracker
from tests import planted
from tests.answers.needed import ASKED, needed
from tests.handover.spark import needed as needs
from tests.handover.spark.both import differing
from tracker import answers, store
from tracker.answers import Answer, Axes
from tracker.answers import share as shares
from tracker.errors import QueryRefused
from tracker.handover.spark import Mounted
from tracker.handover.spark.asking import OnSpark
from tracker.registry.definitions import Definition

pytest.importorskip("pyspark", reason=needs.EXTRA)

MONTH = date(2026, 9, 1)
# together each edge, credit, denominator, way to count mirrors and time axis
RULES: dict[str, dict[str, str]] = {
    "as it stands": {},
    "nearest, full": {"edge": "nearest", "credit": "full", "denominator": "traced"},
    "direct, first": {"edge": "direct", "credit": "first", "denominator": "models"},
    "itself, as uploaded": {"edge": "itself", "mirrors": "as_uploaded", "time_axis": "first_seen"},
    "by name, listed": {"edge": "name", "credit": "first", "denominator": "listed", "listed": "Qwen,Llama"},
    "inferred, stock": {"inferred": "in", "time_axis": "stock", "own_organization": "out"},
}
SERIES: dict[str, Callable[[store.Published, Definition], Answer]] = {
    "trend": lambda copy, rule: answers.trend(copy, rule, Axes("families", "downloads")),
    "trend of models": lambda copy, rule: answers.trend(copy, rule, Axes("models", "likes")),
    "flow": lambda copy, rule: answers.trend(copy, rule, Axes("families", "downloads", flow=True)),
    "settled": lambda copy, rule: answers.trend(copy, rule, Axes("publishers", "downloads", flow=True), settled=True),
    "since release": lambda copy, rule: answers.trend(copy, rule, Axes("lines", "downloads"), since_release=True),
    "top": lambda copy, rule: answers.top(copy, rule, Axes("families,licenses", "downloads")),
    "top of models": lambda copy, rule: answers.top(copy, rule, Axes("models", "derivatives")),
    "compare": lambda copy, rule: answers.compare(copy, copy.definitions().values()),
    "diff": lambda copy, rule: answers.diff(copy, planted.NIGHTS[0], planted.SNAPSHOT),
}

# Spark plans these two longest: every definition at once, whose rules stand above, and flow of publishers
SLOW = dict.fromkeys(("compare", "settled"), pytest.mark.slow)

REFUSED = {"derivative_downloads"}  # of all questions that `--engine` is offered for


@pytest.fixture(scope="module")
def default(published: store.Published) -> Definition:
    return published.definitions()["default"]


@pytest.mark.parametrize("rule", RULES)
def test_shares_have_the_rows_of_duckdb(
    published: store.Published, mounted: Mounted, default: Definition, rule: str
) -> None:
    answer = shares(published, default.override(**RULES[rule]), by="family", first=MONTH)
    assert differing(published, mounted, answer.sql) == []


@pytest.mark.parametrize("name", [pytest.param(each, marks=SLOW.get(each, ())) for each in SERIES])
def test_series_and_rankings_have_the_rows_of_duckdb(
    published: store.Published, mounted: Mounted, default: Definition, name: str
) -> None:
    assert differing(published, mounted, SERIES[name](published, default).sql) == []


@pytest.mark.parametrize("name", ASKED)
def test_every_measure_is_understood(published: store.Published, mounted: Mounted, name: str) -> None:
    """Spark reads each of them to the same columns; their rows are compared in `test_all_on_spark.py`."""
    sql = answers.measure(published, name, needed(name)).sql
    if name in REFUSED:
        with pytest.raises(QueryRefused, match="Spark, which has no union within recursion"):
            OnSpark(published, mounted).table(sql)
        return
    assert mounted.spark.sql(mounted.translated(sql)).columns == list(mounted.catalog.columns(sql))


@pytest.fixture(scope="module")
def both(spark: Any) -> Iterator[tuple[tracker.Copy, tracker.Copy]]:
    """The planted copy, asked of duckdb and of Spark."""
    with tracker.open(planted.folder()) as one, tracker.open(planted.folder(), spark=spark) as other:
        yield one, other


@pytest.mark.parametrize(
    "ask",
    [
        lambda copy: copy.share(by="family", month="2026-09"),
        lambda copy: copy.top(of="families", rows=2),
        lambda copy: copy.measure("lines"),
    ],
)
def test_an_answer_is_the_same_whatever_computes_it(
    both: tuple[tracker.Copy, tracker.Copy], ask: Callable[[tracker.Copy], Answer]
) -> None:
    one, other = map(ask, both)
    assert other.as_json() == one.as_json()


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("select isodow(created_at) as x from models order by x", "isodow"),
        ("select dayofweek(created_at) as x from models order by x", "dayofweek"),
        ("select log(likes) as x from models order by x", "log"),
        ("select likes / downloads_30d as x from models order by x", "a division by what may be 0"),
        ("select list(model_id order by model_id) as x from models", "list"),
        ("select strftime(created_at, '%G-W%V') as x from models order by x", "strftime"),
        ("select format('{:.1f}', likes::double) as x from models order by x", "format"),
        ("select last_value(license ignore nulls) over (order by model_key) as x from models order by x", "ignore"),
        ("select first(license order by model_key) as x from models", "first"),
        ("select first_seen - last_seen as x from models order by x", None),
        ("select row(model_key, model_id) as x from models order by model_key", None),
        ("select round(weight, 1) as x from lineage order by x", "round"),
        ("select (likes / 2)::bigint as x from models order by x", "a cast to whole numbers"),
        ("select model_id from models limit 3", "a limit without an order"),
    ],
)
def test_what_spark_reads_another_way_is_refused_by_name(
    both: tuple[tracker.Copy, tracker.Copy], sql: str, fault: str | None
) -> None:
    both[0].published.query(sql)
    with pytest.raises(QueryRefused, match=f"which reads .*{fault}" if fault else "whose x is") as refused:
        both[1].published.query(sql)
    assert "\n" not in str(refused.value)


# what would go wrong in silence, written as the portable subset has it
MENDED = {
    "a quotient of nothing": "select model_key, likes / nullif(likes - likes, 0) as x from models order by 1",
    "a quotient of decimals": "select sum(likes)::decimal(38, 0) / nullif(sum(downloads_30d), 0) as x from models",
    "seconds with a fraction": "select epoch(timestamptz '2026-01-01 00:00:00.25+00') as x",
    "nulls last": "select license, model_key from models order by license, model_key",
    "nulls last, downwards": "select license, model_key from models order by license desc, model_key",
    "what it was last": "select model_key, max_by as x from (select model_key, arg_max(license, model_key) as max_by"
    " from models group by model_key) order by model_key",
    "an alias called as a column": "select l.model_key, 1.0::double as weight, row_number() over ("
    "partition by l.family order by l.weight desc, l.model_key) as place from lineage as l order by 1, 3",
    "two inner tables of one name": "with a as (with t as (select 1 as x) select x from t),"
    " b as (with t as (select 2 as x) select x from t) select a.x as one, b.x as two from a, b order by 1",
    "whole numbers beyond 64 bits": "select sum(downloads_all_time::decimal(38, 0) * 1000000000) as x from models",
    "months and days": "select strftime(created_at, '%Y-%m') as m, date_diff('day', first_seen, last_seen) as d,"
    " model_key from models order by 3",
    "letters that are two in Java": "select lower(a) as x from (values ('İÄß'), ('ΑΣ'), (null)) as t(a) order by 1",
    "bounds of months and years": "select date_diff('month', a, date '2026-03-01') as m,"
    " date_diff('year', a, date '2026-03-01') as y,"
    " date_diff('day', a::timestamp, timestamp '2026-03-01 00:01:00') as d"
    " from (values (date '2026-01-31'), (date '2024-02-29'), (date '1969-12-31'), (null)) as t(a) order by 1, 2, 3",
    "a key of which a part is missing": "select arg_max(s, row(n, i)) as x, arg_min(s, row(n, i)) as y"
    " from (values (1, 'a', -7), (2, 'b', 7), (3, 'c', null)) as t(i, s, n)",
    "an end that is no end of a line": "select a from (values ('a'), (chr(97) || chr(10))) as t(a)"
    " where regexp_matches(a, '^a$') order by a",
    "backslashes and quotes": "select model_id from models where regexp_matches(model_id, '^[\\pL]+/[^'']+$')"
    " order by 1",
}  # fmt: skip


@pytest.mark.parametrize("what", MENDED)
def test_what_a_translator_gets_wrong_in_silence_is_right(
    published: store.Published, mounted: Mounted, what: str
) -> None:
    assert differing(published, mounted, MENDED[what]) == []


def test_logarithms_have_their_base_and_differ_in_the_last_bit_at_most(
    published: store.Published, mounted: Mounted
) -> None:
    """The machine's library computes them for one engine, Java's for the other."""
    sql = "select ln(1 + likes) as x, log10(1 + likes) as y from models order by model_key"
    pairs = [(one, other) for rows in differing(published, mounted, sql) for one, other in zip(*rows, strict=True)]
    assert all(one == pytest.approx(other, rel=1e-15) for one, other in pairs)


def test_ordinary_queries_in_sparks_own_words(both: tuple[tracker.Copy, tracker.Copy]) -> None:
    sql = "select family, count(*) as models from lineage group by all order by models desc, family"
    assert both[1].spark_sql(sql).frame.rows() == both[0].sql(sql).frame.rows()
    for refused, says in {
        "drop view lineage": "only a query",
        "insert into models select * from models": "only a query",
        "select nothing from models": "nothing",
        "select 1 +": "SYNTAX",
    }.items():
        with pytest.raises(QueryRefused, match=says) as error:
            both[1].spark_sql(refused)
        assert "\n" not in str(error.value)
