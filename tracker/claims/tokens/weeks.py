"""The whole weeks of a period, and what a claim asks of them, out of each denominator."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from tracker.claims.desk import Asked, CannotCompute, Desk
from tracker.claims.figure import Figure
from tracker.claims.units import SHARE, TOKENS, Unit
from tracker.registry.points import Point
from tracker.words import OPENNESS_WORDS

HISTORY = date(2025, 1, 1)  # the source tells of no day before
ALL = None  # instead of a number of models: what is left beside them must be told as well
# what a share may be of -> its columns, and how many slugs must be named
DENOMINATORS: Mapping[str, tuple[str, str, int | None]] = {
    "all tokens": ("of_all", "all_tokens", ALL),
    "tokens whose maker is known": ("of_attributed", "attributed", ALL),
    "the 10 largest models": ("of_largest_10", "largest_10", 10),
    "the 9 largest models": ("of_largest_9", "largest_9", 9),
}
FILES = "OpenRouter's rankings-daily (`tracker collect openrouter`; days before its export need OPENROUTER_API_KEY)"

PEAK = "peak_token_share"  # some week has it, so that weeks that are missing matter only where none does
WEEK = "week_tokens"  # some one week has all of its points, likewise
SUM = "tokens"


class Kind(NamedTuple):
    """What a claim asks of weeks: an expression over `counted` and `whole`, columns of them, and its unit."""

    value: Callable[[str, str], str]
    unit: Unit


ASKS: Mapping[str, Kind] = {
    "token_share": Kind(lambda counted, whole: f"sum({counted}) / nullif(sum({whole}), 0)::double", SHARE),
    PEAK: Kind(lambda counted, whole: f"max({counted} / nullif({whole}, 0)::double)", SHARE),
    SUM: Kind(lambda counted, whole: f"sum({counted})::double", TOKENS),
    WEEK: Kind(lambda counted, whole: f"sum({counted})::double", TOKENS),
}


class Weeks(NamedTuple):
    """The whole weeks of a period: what was asked, their rows, how many there should be, and what those lack."""

    asked: Asked
    rows: pl.DataFrame
    wanted: int
    lacking: str


def whole(desk: Desk, point: Point, name: str, first: date, until: date) -> Weeks:
    """Return the weeks of a period whose days are all there, with what a denominator is made of."""
    named = DENOMINATORS[name][2]
    country, openness, family = _group(point.group)
    values = {"first": first, "until": until, "country": country, "openness": openness, "family": family}
    if not desk.published.has("token_days_current") or not desk.published.has("signal_names"):
        raise CannotCompute(f"needs {FILES}; this copy holds no tokens")
    if family and not desk.knows("family", family):
        raise CannotCompute(f"needs a family called {family}, which this copy does not know")
    asked = desk.measure("tokens_of_weeks", values)
    weeks, whole = (until - first).days // 7 + 1, asked.rows.filter(asked.rows["days"] == 7)
    rows = whole.filter(whole["has_all"] if named is ALL else whole["named"] >= named)
    if rows.is_empty() and not whole.is_empty():
        raise CannotCompute(f"needs more than the largest models of a chart, for {name}")
    lacking = f"needs {FILES} of {first} to {until}: {rows.height} of {weeks} weeks are whole here"
    return Weeks(asked, rows, weeks, lacking)


def figure(desk: Desk, asks: str, name: str, weeks: Weeks, week: date | None = None) -> Figure:
    """Return the figure of all whole weeks, or of one."""
    counted, whole, named = DENOMINATORS[name]
    holds = "has_all" if named is ALL else f"named >= {named}"
    holds += f" and week = date '{week}'" if week else ""
    value_sql = ASKS[asks].value(counted, whole)
    text = f"select {value_sql} as value\nfrom (\n{weeks.asked.sql}) as weeks\nwhere days = 7 and {holds}"
    value = float(desk.ask(f"{text}\norder by value", weeks.asked.values).rows["value"][0] or 0)
    return Figure(value, desk.published.render(text, dict(weeks.asked.values)))


def of(point: Point) -> tuple[date, date]:
    """Return the first Monday and the last Sunday of the whole weeks in a period, of a shorter one those around it."""
    first = point.first + timedelta(days=-point.first.weekday() % 7)
    until = point.until - timedelta(days=(point.until.weekday() + 1) % 7)
    if first > until:
        first = point.first - timedelta(days=point.first.weekday())
        until = first + timedelta(days=6)
    return first, until


def _group(text: str) -> tuple[str | None, str | None, str | None]:
    """Read `CN open` or `DeepSeek`: a country or a family, and whether weights are given out."""
    words = text.split()
    openness = next((word for word in words if word in OPENNESS_WORDS), None)
    name = " ".join(word for word in words if word not in OPENNESS_WORDS) or None
    is_country = name is not None and re.fullmatch(r"[A-Z]{2}", name) is not None
    return (name, openness, None) if is_country else (None, openness, name)
