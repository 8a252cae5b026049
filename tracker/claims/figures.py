"""Compute what a claim asks for, from the published copy alone, or say what it would need."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import Flag, auto
from typing import Any, NamedTuple

import polars as pl

from tracker.claims.question import NEAR, CannotCompute, Question, given

EARLIEST = date(2023, 1, 1)  # no claim speaks of a month before


class Kind(Flag):
    """What kind of figure is asked for: a number of the whole Hub, no ratio; one of counters of nights, not of days
    of creation; one that a definition decides, so that it can be fitted.
    """

    NUMBER = auto()
    NIGHTS = auto()
    DEFINED = auto()


NUMBER, NIGHTS, DEFINED, NONE = Kind.NUMBER, Kind.NIGHTS, Kind.DEFINED, Kind(0)


class Ask(NamedTuple):
    """One thing a claim may ask for: how its figure is computed, and of which kind it is."""

    figure: Callable[[Question], float]
    kind: Kind


def compute(question: Question) -> float:
    """Return our figure for one point of a claim; raise CannotCompute with what it would need."""
    _check(question)
    groups = question.point.groups
    numbers = [ASKS[question.claim.asks].figure(question.of(group)) for group in groups]
    if len(numbers) == 1:
        return numbers[0]
    return numbers[0] / given(numbers[1] or None, f"something of {groups[1]}")


def _check(question: Question) -> None:
    """Raise CannotCompute where the copy does not hold what the claim is about."""
    desk, claim, definition, point = question.desk, question.claim, question.definition, question.point
    if claim.asks == "none":
        raise CannotCompute(claim.needs)
    if definition.needs_list and not desk.models:
        raise CannotCompute(f"needs the list of models of {definition.name}; name it with --list FILE")
    if claim.asks == "listed":
        return
    if desk.facts.scope != "full":
        raise CannotCompute(f"needs the whole Hub; this copy covers {desk.facts.scope}")
    if desk.facts.models < desk.whole_hub and _is_of_the_whole(question):
        raise CannotCompute(f"needs the whole Hub; this copy holds {desk.facts.models:,} models")
    if point.until > desk.facts.snapshot_date + NEAR * (NIGHTS in ASKS[claim.asks].kind):
        raise CannotCompute(f"needs a snapshot of {point.until} or later; this copy is of {desk.facts.snapshot_date}")


def _is_of_the_whole(question: Question) -> bool:
    """Say whether a claim is about the whole Hub: numbers always, ratios unless the copy is a synthetic Hub's own."""
    is_ratio = NUMBER not in ASKS[question.claim.asks].kind or len(question.point.groups) > 1
    return question.claim.by != "model_id" and not (is_ratio and question.desk.facts.synthetic)


def _share(q: Question) -> float:
    # every month at once, so that all claims under a definition ask one question
    rows = q.shares(EARLIEST, q.desk.facts.snapshot_date, "created")
    rows = rows.filter(pl.col("month") == f"{q.point.first:%Y-%m}")
    counted = float(rows["derivatives"].sum())
    if counted < q.desk.few:
        raise CannotCompute(f"needs the whole Hub; {q.point.period} has {counted:,.0f} derivatives here")
    return float(rows.filter(pl.col("name") == q.group)["share"].sum() or 0.0)


def _count(q: Question) -> float:
    return q.number(q.shares(q.point.first, q.point.until, "stock" if q.point.is_day else "created"), "derivatives")


def _growth(q: Question) -> float:
    before, after = (q.number(q.shares(day, day, "stock"), "derivatives") for day in (q.point.first, q.point.until))
    return after / given(before or None, f"{q.group} at {q.point.first}") - 1


def _downloads(q: Question, counter: str) -> float:
    rows = q.totals(q.night, counter)
    if q.group and q.group not in set(rows["name"]):
        raise CannotCompute(f"needs downloads of {q.group}, of which there is nothing here")
    return q.number(rows)


def _downloads_share(q: Question) -> float:
    rows = q.totals(q.night, q.definition.counter)
    return q.number(rows) / q.of("").number(rows)


def _window(q: Question) -> float:
    before, after = (q.number(q.totals(night, "downloads_all_time")) for night in q.both_nights.values())
    return after - before


def _window_share(q: Question) -> float:
    what = "downloads between {first} and {until}".format(**q.both_nights)
    return _window(q) / given(_window(q.of("")) or None, what)


def _window_per_day(q: Question) -> float:
    return _window(q) / (q.both_nights["until"] - q.both_nights["first"]).days


def _concentration(q: Question, column: str) -> float:
    number = float(q.group.rstrip("%")) / (100 if q.group.endswith("%") else 1)
    return q.measured("concentration", "all-time counters", column, night=q.night, largest=number, threshold=number)


def _size_share(q: Question) -> float:
    size, _, organization = q.group.partition(" of ")
    least, most = _sizes(size)
    first = None if q.point.is_day else q.desk.night(q.point.first)
    values: dict[str, Any] = {"first": first, "until": q.night, "least": least, "most": most}
    values |= {"organization": organization or None, "models": ",".join(q.desk.models) or None}
    what = "downloads of models that declare their size"
    return q.measured("sizes", what, **values)


def _sizes(text: str) -> tuple[float, float]:
    """Read `<1B`, `>70B` or `1B-9B` (up to but not including 10) as numbers of parameters."""
    numbers = [float(each) * 1e9 for each in re.findall(r"(\d+)B", text)]
    if text.startswith("<"):
        return 0.0, numbers[0]
    return (numbers[0], 1e18) if text.startswith(">") else (numbers[0], numbers[1] + 1e9)


# each kind that `claims.csv` may ask for, but `none`
ASKS: Mapping[str, Ask] = {
    "share": Ask(_share, DEFINED),
    "count": Ask(_count, NUMBER | DEFINED),
    "per_day": Ask(lambda q: _count(q) / ((q.point.until - q.point.first).days + 1), NUMBER | DEFINED),
    "growth": Ask(_growth, DEFINED),
    "downloads": Ask(lambda q: _downloads(q, q.definition.counter), NUMBER | NIGHTS | DEFINED),
    "downloads_30d": Ask(lambda q: _downloads(q, "downloads_30d"), NUMBER | NIGHTS | DEFINED),
    "downloads_share": Ask(_downloads_share, NIGHTS | DEFINED),
    "window": Ask(_window, NUMBER | NIGHTS),
    "window_share": Ask(_window_share, NIGHTS),
    "window_per_day": Ask(_window_per_day, NUMBER | NIGHTS),
    "largest": Ask(lambda q: _concentration(q, "share_of_largest"), NIGHTS),
    "below": Ask(lambda q: _concentration(q, "models_below"), NIGHTS),
    "size_share": Ask(_size_share, NONE),
    "attention": Ask(lambda q: q.number(q.desk.query("attention", q.both_nights)), NIGHTS),
    "license_share": Ask(
        lambda q: q.measured("licenses", "models that declare a licence", licenses=q.group, until=q.point.until), NONE
    ),
    "derivative_downloads": Ask(
        lambda q: q.measured("derivative_downloads", f"downloads of {q.group}", model=q.group, night=q.night), NIGHTS
    ),
    "derivatives_rank": Ask(
        lambda q: q.measured("derivatives_rank", f"derivatives of {q.group}", model=q.group, until=q.point.until), NONE
    ),
    "largest_release": Ask(
        lambda q: q.measured(
            "largest_release",
            f"a model of {q.point.period} that declares its size",
            month=q.point.first,
            country=q.group,
        ),
        NONE,
    ),
    "listed": Ask(lambda q: float(len(q.desk.models)), NONE),
}
