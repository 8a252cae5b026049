"""Every statement that answers, measures or checks run keeps to the SQL that other engines read the same way."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

import polars as pl
import pytest

from tests import planted
from tests.answers.portable import faults
from tracker import answers, checks, measures, store
from tracker.answers import Axes, ancestry, crossings, share
from tracker.answers.counted import counting
from tracker.answers.counted.grouping import GROUPS
from tracker.answers.shares import query
from tracker.errors import TrackerError
from tracker.registry.definitions import Definition
from tracker.words import CHOICES, COUNTERS, COUNTRIES, LISTS

DEFAULT_OF = Callable[..., Definition]

PLANTED = {
    "qualify": "select a from t qualify row_number() over (order by a) = 1 order by a",
    "a window inside recursion": "with recursive w as (select 1 as a union all select row_number() over () from w)"
    " select a from w order by a",
    "a list or lambda": "select list_transform(a, lambda x: x + 1) as b from t order by b",
    "list_transform()": "select list_transform(a, lambda x: x + 1) as b from t order by b",
    "unnest()": "select unnest(a) as b from t order by b",
    "list_value()": "select a from t where a in (select [1, 2]) order by a",
    "a cast to whole numbers of what may have a fraction": "select a::bigint as b from t order by b",
    "a subquery beside an aggregate": "select a, sum(b), (select count(*) from u) as c from t group by a order by a",
    "a limit without an order": "select a from (select a from t limit 3) order by a",
    "no outermost order": "select a from t",
    "isodow()": "select isodow(a) as b from t order by b",
    "log()": "select log(a) as b from t order by b",
    "round()": "select round(a, 2) as b from t order by b",
    "first()": "select first(a order by b) as c from t order by c",
    "list()": "select list(a order by b) as c from t order by c",
    "ignore nulls": "select last_value(a ignore nulls) over (order by b) as c from t order by c",
    "a division by what may be 0": "select a / b as c from t order by c",
    "a difference of dates by -": "select snapshot_date - lag(snapshot_date) over (order by a) as b from t order by b",
}

# of functions that come through as long as they are given what engines agree on
GIVEN = {
    "strftime()": ("strftime(a, '%G-W%V')", "strftime(a, '%j')", "strftime(a, 'Q%m')", "strftime(a, b)"),
    "date_diff()": ("date_diff('hour', a, b)", "date_diff('week', a, b)"),
    "date_trunc()": ("date_trunc('decade', a)", "date_trunc(a, b)"),
    "a cast to": ("a::uinteger", "a::float", "a::timestamp_ns", "a::int8"),
    "`in (select ...)`": (
        "a in (select b from u)", "not (a in (select b from u))", "coalesce(a in (select b from u), true)",
        "case when a in (select b from u) then 1 end", "a = any (select b from u)",
    ),
    "substr()": ("substr(a, 2, -1)", "substr(a, 2, b)", "substr(a, 0, 2)", "substr(a, b)", "substr(a, strpos(a, 'b'))"),
    "split_part()": ("split_part(a, '', 1)", "split_part(a, b, 1)"),
    "regexp_matches()": (
        "regexp_matches(a, 'A', 'i')", "regexp_matches(a, b)", "regexp_matches(a, '[[:alpha:]]')", "a ~ '.'",
        "regexp_matches(a, '[a&&b]')", "regexp_matches(a, '(?i)b')", "regexp_matches(a, '\\s')",
        "regexp_matches(a, 'b++')", "regexp_matches(a, '[ab]*+c')",
    ),
    "regexp_replace()": (
        "regexp_replace(a, 'b', 'c')", "regexp_replace(a, 'b', 'c', 'gi')", "regexp_replace(a, '(b)', '\\1', 'g')",
        "regexp_replace(a, 'b', '$', 'g')", "regexp_replace(a, '', 'b', 'g')", "regexp_replace(a, '\\d*', '', 'g')",
        "regexp_replace(a, 'b|$', '', 'g')",
    ),
    "upper()": ("upper(a)",),
    "-()": ("a - date '2026-01-01'", "a - b::timestamp"),
    "||()": ("a || (b::timestamptz)", "a || (b / 2)"),
    "a cast to text": ("(a::timestamptz)::varchar", "created_at::varchar", "(b / 2)::varchar", "avg(a)::text"),
    "an order of rows": ("row(a, b) > row(1, 2)",),
    "exclude": ("sum(a) over (order by b rows between 1 preceding and current row exclude current row)",),
    "groups of a window": ("sum(a) over (order by b groups 1 preceding)",),
}  # fmt: skip
ORDERS = {
    "`in (select ...)` other than as a condition": "select a from t join u on not (t.a = 1 or t.a in (select 2))"
    " where not (a in (select b from v)) and a in (select b from v) order by a",
    "an order by what is made of a new name": "select -i as i from t order by i + 0",
    "a sample": "select a from t using sample 2 rows order by a",
    "positional join": "select a from t positional join u order by a",
    "asof join": "select a from t asof join u on t.a >= u.a order by a",
}


@pytest.mark.parametrize(("fault", "call"), [(fault, call) for fault, calls in GIVEN.items() for call in calls])
def test_what_is_given_is_judged(fault: str, call: str) -> None:
    found = faults(f"select {call} as x from t order by x")
    assert any(each.startswith(fault) for each in found), found


@pytest.mark.parametrize("fault", PLANTED | ORDERS)
def test_what_is_not_portable_is_found(fault: str) -> None:
    assert fault in faults((PLANTED | ORDERS)[fault])


def test_a_membership_passes_as_a_condition() -> None:
    held = "a in (select b from u) and not (a in (select b from v)) and coalesce(a in (select b from w), false)"
    assert faults(f"select a, coalesce(a in (select b from w), false) as c from t where {held} order by a") == []


def test_what_is_portable_passes() -> None:
    assert (
        faults("select list_contains(string_split($a, ','), b) as c, d / nullif(e, 0) as f from t order by c, f") == []
    )


class Heard:
    """The planted copy, which notes what it is asked."""

    def __init__(self, published: store.Published) -> None:
        self._published = published
        self.statements: dict[str, None] = {}

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None, **more: str) -> pl.DataFrame:
        self.statements[sql] = None
        return self._published.query(sql, parameters, **more)

    def table(self, sql: str, parameters: Mapping[str, Any] | None = None, **more: str) -> Any:
        self.statements[sql] = None
        return self._published.table(sql, parameters, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._published, name)


def judged(statements: Iterator[str] | dict[str, None]) -> int:
    """Check every statement and return how many there were."""
    found = {sql: faults(sql) for sql in statements}
    wrong = {sql: each for sql, each in found.items() if each}
    assert not wrong, "\n\n".join(f"{each}:\n{sql}" for sql, each in wrong.items())
    return len(found)


def shares(definition: DEFAULT_OF) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the statement of a share under every way to choose its parts, and by every group, with what it binds."""
    names = ("edge", "credit", "mirrors", "denominator", "own_organization", "counts")
    day = date(2026, 10, 5)
    for chosen in itertools.product(*(CHOICES.get(name, ("derivatives", "models")) for name in names)):
        listed = {"listed": "Qwen"} if "listed" in chosen else {}
        rule = definition().override(**dict(zip(names[:5], chosen, strict=False)), **listed)
        values = counting.values(rule, day, day)
        yield query(rule, ("family",), values, bounded=chosen[1] == "full")
    for by in GROUPS:
        for axis in CHOICES["time_axis"]:
            rule = definition().override(time_axis=axis, removed="out", min_downloads=5)
            values = counting.values(rule, day, day, ["a/b"]) | {"only": "Qwen"}
            yield query(rule, (by,), values, only=["Qwen"])


def test_shares_are_portable_under_every_choice(definition: DEFAULT_OF) -> None:
    assert judged(dict.fromkeys(sql for sql, _ in shares(definition))) > 200


def asked(copy: Any, definition: DEFAULT_OF) -> Iterator[Callable[[], object]]:
    rule, day = definition(), planted.SNAPSHOT
    rules = (rule, rule.override(credit="first", edge="nearest"))
    for of, by, country, each in itertools.product(LISTS, COUNTERS, COUNTRIES, rules):
        axes = Axes(of, by, country)
        for every in ("night", "month"):
            yield lambda axes=axes, each=each, every=every: answers.trend(copy, each, axes, every=every)
        yield lambda axes=axes, each=each: answers.top(copy, each, axes)
        if by == "downloads":
            flow = Axes(of, by, country, flow=True)
            for settled in (False, True):
                yield lambda flow=flow, each=each, settled=settled: answers.trend(copy, each, flow, settled=settled)
    yield lambda: share(copy, rule, only=["Qwen"])
    yield lambda: share(copy, rule, first=date(2030, 1, 1))
    where = [
        "task=text-generation",
        "family=Qwen",
        "publisher_country=US",
        "region=Asia",
        "built_on=Qwen",
        "size=5-10B",
    ]
    for narrowed, each in itertools.product(([], where), rules):
        for by in ("family,license", "region,publisher_country", "publisher,base_publisher"):
            yield lambda by=by, each=each, narrowed=narrowed: share(copy, each, by=by, where=narrowed, rows=3)
        for of in ("families,licenses", "models", "publishers,countries"):
            axes = Axes(of, "downloads")
            yield lambda axes=axes, each=each, narrowed=narrowed: answers.top(copy, each, axes, where=narrowed)
            yield lambda axes=axes, each=each, narrowed=narrowed: answers.trend(copy, each, axes, where=narrowed)
            flow = Axes(of, "downloads", flow=True)
            for settled in (False, True):
                yield lambda flow=flow, each=each, narrowed=narrowed, settled=settled: answers.trend(
                    copy, each, flow, where=narrowed, settled=settled
                )
    for of in ("families", "lines", "models"):
        axes = Axes(of, "downloads")
        yield lambda axes=axes: answers.trend(copy, rule, axes, since_release=True)
        yield lambda axes=axes: crossings.of_totals(copy, rule, axes)
    yield lambda: crossings.of_shares(copy, rule)
    yield lambda: crossings.of_shares(copy, rule, only=["Qwen", "Llama"], where=["relation=finetune"])
    yield lambda: ancestry.publisher(copy, "Qwen")
    yield lambda: answers.compare(copy, copy.definitions().values())
    yield lambda: answers.diff(copy, planted.NIGHTS[0], day)
    for way, name in itertools.product(
        (ancestry.ancestors, ancestry.descendants), ("erin/merge", "ghost/gone", "nobody")
    ):
        yield lambda way=way, name=name: way(copy, name)
    yield lambda: checks.run(copy)


def test_what_answers_and_checks_run_is_portable(published: store.Published, definition: DEFAULT_OF) -> None:
    copy = Heard(published)
    for ask in asked(copy, definition):
        with suppress(TrackerError):  # an unknown name, or choices that do not go together: what it ran counts as well
            ask()
    assert judged(copy.statements) > 100


@pytest.mark.parametrize("name", [name for name in measures.names() if not measures.load(name).ask])
def test_measures_are_portable(name: str) -> None:
    assert judged(iter([measures.load(name).sql])) == 1
