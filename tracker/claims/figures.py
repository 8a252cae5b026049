"""Compute the figure of a claim from the published copy alone, or say what is missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from enum import Flag, auto
from typing import Any, NamedTuple

from tracker.claims.desk import NEAR, CannotCompute, Desk
from tracker.claims.figure import Figure
from tracker.claims.question import DEFAULT_GROUP, Question, given
from tracker.claims.units import DOWNLOADS, FEW_MODELS, GROWTH, MODELS, PARAMETERS, PLACE, RATIO, SHARE, Unit
from tracker.registry.claims import Claim
from tracker.registry.points import NOISE, Point

MONTHLY = ("share", "peak_share")  # questions about single months
STOCKS = ("count", "per_day", "growth")  # questions about the state at the end of a day


class Kind(Flag):
    """The kind of a figure.

    A number of the whole Hub, no ratio; one of counters of nights, not of days of creation; one that grows with the
    days of a period; one that a definition decides, so that it can be fitted.
    """

    NUMBER = auto()
    NIGHTS = auto()
    PERIOD = auto()
    DEFINED = auto()


NUMBER, NIGHTS, PERIOD, DEFINED, NONE = Kind.NUMBER, Kind.NIGHTS, Kind.PERIOD, Kind.DEFINED, Kind(0)


class Ask(NamedTuple):
    """One thing a claim may ask for: how its figure is computed, of which kind it is, and its unit."""

    figure: Callable[[Question], Figure]
    kind: Kind
    unit: Unit


class NotHere(CannotCompute):
    """What a copy lacks under any definition."""


def compute(question: Question) -> Figure:
    """Return our figure for one point of a claim; raise CannotCompute with what is missing."""
    _check(question)
    first, *second = (ASKS[question.claim.asks].figure(question.of(group)) for group in question.point.groups)
    figure = first / given(second[0], f"something of {question.point.groups[1]}") if second else first
    if PERIOD in ASKS[question.claim.asks].kind and not second:
        _check_days(question)
    unit = unit_of(question.claim, question.point)
    if (unit is not GROWTH and figure.value < 0) or (unit is SHARE and figure.value > 1 + NOISE):
        raise CannotCompute(f"needs counters that do not fall; here they give {unit.say(figure.value)}")
    return figure


def expect(desk: Desk, claims: Iterable[Claim]) -> None:
    """Announce to a desk the months and days that claims need, so that it asks for many together."""
    for claim in claims:
        by = claim.by or DEFAULT_GROUP
        if claim.asks in MONTHLY:
            desk.expect(by, (month.first for point in claim.points for month in point.months))
        if claim.asks in STOCKS:
            desk.expect_stock(by, claim.definition, (day for point in claim.points for day in _days(claim, point)))


def _days(claim: Claim, point: Point) -> tuple[date, ...]:
    """Return the days at whose end a point's stock is counted: of a growth both."""
    return (point.first, point.until) if claim.asks == "growth" else (point.until,) * point.is_day


def unit_of(claim: Claim, point: Point) -> Unit:
    """Return the unit of a claim's figure; a quotient of two is a ratio, whatever they are."""
    return RATIO if len(point.groups) > 1 else ASKS[claim.asks].unit


def _check(question: Question) -> None:
    """Raise NotHere where the copy does not hold what the claim is about."""
    desk, claim, definition, point = question.desk, question.claim, question.definition, question.point
    if definition.needs_list and not desk.models:
        raise NotHere(f"needs the list of models of {definition.name}; name it with --list FILE")
    if claim.asks == "listed":
        return
    if desk.facts.scope != "full":
        raise NotHere(f"needs the whole Hub; this copy covers {desk.facts.scope}")
    if desk.facts.models < desk.whole_hub and _is_of_the_whole(question):
        raise NotHere(f"needs the whole Hub; this copy holds {desk.facts.models:,} models")
    if point.until > desk.facts.snapshot_date + NEAR * (NIGHTS in ASKS[claim.asks].kind):
        raise NotHere(f"needs a snapshot of {point.until} or later; this copy is of {desk.facts.snapshot_date}")


def _check_days(question: Question) -> None:
    """Raise CannotCompute if the nights lie further apart, or closer, than the tolerance allows."""
    claimed, nights = question.point.until - question.point.first, question.both_nights
    days = nights["until"] - nights["first"]
    if abs(days - claimed) > claimed * (question.claim.tolerance + NOISE):
        here = f"those of {nights['first']} and {nights['until']} are {days.days}"
        raise CannotCompute(f"needs nights that are {claimed.days} days apart; {here}")


def _is_of_the_whole(question: Question) -> bool:
    """Say whether a claim is about the whole Hub: numbers always, ratios unless the copy is a synthetic Hub's own."""
    is_ratio = NUMBER not in ASKS[question.claim.asks].kind or len(question.point.groups) > 1
    return question.claim.by != "model_id" and not (is_ratio and question.desk.facts.synthetic)


def _share(q: Question) -> Figure:
    if not q.point.is_month:
        raise CannotCompute(f"needs one whole month; {q.point.period} is none")
    asked = q.share_of(q.point.first)
    counted = float(asked.rows["derivatives"].sum())
    if counted < q.desk.few:
        raise CannotCompute(f"needs the whole Hub; {q.point.period} has {counted:,.0f} derivatives here")
    return q.credit(asked, "share")


def _peak_share(q: Question) -> Figure:
    return max((_share(replace(q, point=month)) for month in q.point.months), key=lambda figure: figure.value)


def _count(q: Question) -> Figure:
    if not q.point.is_day and q.point.first.day > 1:
        raise CannotCompute(
            f"needs a period that begins on the first of a month, as ours do; {q.point.period} does not"
        )
    asked = q.stock(q.point.until) if q.point.is_day else q.created(q.point.first, q.point.until)
    return q.credit(asked, "derivatives")


def _growth(q: Question) -> Figure:
    before, after = (q.credit(q.stock(day), "derivatives") for day in (q.point.first, q.point.until))
    return after / given(before, f"{q.group} at {q.point.first}") - 1


def _downloads(q: Question, counter: str) -> Figure:
    asked = q.totals(q.night, counter)
    if q.group and q.group not in set(asked.rows["name"]):
        raise CannotCompute(f"needs downloads of {q.group}, of which there is nothing here")
    return q.counter(asked)


def _downloads_share(q: Question) -> Figure:
    counter = q.definition.counter
    return _downloads(q, counter) / given(_downloads(q.of(""), counter), "downloads")


def _window(q: Question) -> Figure:
    before, after = (q.counter(q.totals(night, "downloads_all_time")) for night in q.both_nights.values())
    figure = after - before
    if figure.value < 0 and q.group:
        raise CannotCompute(f"needs counters that do not fall; those of {q.group} fell by {-figure.value:,.0f}")
    return figure


def _window_share(q: Question) -> Figure:
    what = "downloads between {first} and {until}".format(**q.both_nights)
    return _window(q) / given(_window(q.of("")), what)


def _window_per_day(q: Question) -> Figure:
    return _window(q) / (q.both_nights["until"] - q.both_nights["first"]).days


def _concentration(q: Question, column: str) -> Figure:
    number = float(q.group.rstrip("%")) / (100 if q.group.endswith("%") else 1)
    first, until = _period(q)
    values = {"first": first, "night": until, "largest": number, "threshold": number}
    return q.measured("concentration", "all-time counters", column, **values)


def _cohort(q: Question) -> Figure:
    first, until = _period(q)
    return q.measured("cohort", "downloads", year=int(q.group), first=first, until=until)


def _period(q: Question) -> tuple[date | None, date]:
    """Return the nights that a point speaks of downloads between; of a day, all of them until then."""
    first = None if q.point.is_day else q.both_nights["first"]
    until = q.night if q.point.is_day else q.both_nights["until"]
    q.desk.needs_all_time(*filter(None, (first, until)))
    return first, until


def _size_share(q: Question) -> Figure:
    size, _, organization = q.group.partition(" of ")
    least, most = _sizes(size)
    first, until = _period(q)
    values: dict[str, Any] = {"first": first, "until": until, "least": least, "most": most}
    values |= {"organization": organization or None, "models": ",".join(q.desk.models) or None}
    return q.measured("sizes", "downloads of models that declare their size", **values)


def _sizes(text: str) -> tuple[float, float]:
    """Read `<1B`, `>70B` or `1B-9B` (up to but not including 10) as numbers of parameters."""
    numbers = [float(each) * 1e9 for each in re.findall(r"(\d+)B", text)]
    if text.startswith("<"):
        return 0.0, numbers[0]
    return (numbers[0], 1e18) if text.startswith(">") else (numbers[0], numbers[1] + 1e9)


def _attention(q: Question) -> Figure:
    q.desk.needs_all_time(*q.both_nights.values())
    return q.figure(q.desk.measure("attention", q.both_nights), "value", {"name": q.group})


def _listed(q: Question) -> Figure:
    sql = "select len(string_split($models, ','))::double as value"
    return Figure(float(len(q.desk.models)), q.desk.published.render(sql, {"models": ",".join(q.desk.models)}))


# each kind that `claims.csv` may ask for, but `none`
ASKS: Mapping[str, Ask] = {
    "share": Ask(_share, DEFINED, SHARE),
    "peak_share": Ask(_peak_share, DEFINED, SHARE),
    "count": Ask(_count, NUMBER | DEFINED, MODELS),
    "per_day": Ask(lambda q: _count(q) / ((q.point.until - q.point.first).days + 1), NUMBER | DEFINED, MODELS),
    "growth": Ask(_growth, DEFINED, GROWTH),
    "downloads": Ask(lambda q: _downloads(q, q.definition.counter), NUMBER | NIGHTS | DEFINED, DOWNLOADS),
    "downloads_30d": Ask(lambda q: _downloads(q, "downloads_30d"), NUMBER | NIGHTS | DEFINED, DOWNLOADS),
    "downloads_share": Ask(_downloads_share, NIGHTS | DEFINED, SHARE),
    "window": Ask(_window, NUMBER | NIGHTS | PERIOD, DOWNLOADS),
    "window_share": Ask(_window_share, NIGHTS, SHARE),
    "window_per_day": Ask(_window_per_day, NUMBER | NIGHTS, DOWNLOADS),
    "largest": Ask(lambda q: _concentration(q, "share_of_largest"), NIGHTS, SHARE),
    "below": Ask(lambda q: _concentration(q, "models_below"), NIGHTS, SHARE),
    "size_share": Ask(_size_share, NONE, SHARE),
    "created_by": Ask(_cohort, NIGHTS, SHARE),
    "attention": Ask(_attention, NIGHTS, FEW_MODELS),
    "license_share": Ask(
        lambda q: q.measured("licenses", "models that declare a licence", licenses=q.group, until=q.point.until),
        NONE,
        SHARE,
    ),
    "derivative_downloads": Ask(
        lambda q: q.measured("derivative_downloads", f"downloads of {q.group}", model=q.group, night=q.night),
        NIGHTS,
        SHARE,
    ),
    "derivatives_rank": Ask(
        lambda q: q.measured("derivatives_rank", f"derivatives of {q.group}", model=q.group, until=q.point.until),
        NONE,
        PLACE,
    ),
    "largest_release": Ask(
        lambda q: q.measured(
            "largest_release",
            f"a model of {q.point.period} that declares its size",
            month=q.point.first,
            country=q.group,
        ),
        NONE,
        PARAMETERS,
    ),
    "listed": Ask(_listed, NONE, MODELS),
}
