"""A restated month: what was said when it was over, and what is said now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from tracker.charts import Asks
from tracker.charts.forms.dots import Dot, Dots, Row
from tracker.charts.forms.hues import NAMELESS, hues
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import day, percent, points
from tracker.charts.trust import vintages
from tracker.findings.monthly import spelt

TITLE = "A month's shares when it was over, and now"
QUESTION = "What has changed since a month was first said in whole?"
ASKS = {"vintages": {"measure": "vintages"}}
MOST = 9  # families
LEAST = 0.0005  # of a share: less is no change that its label shows


def more(asked: Mapping[str, Asked], facts: Facts) -> Asks:
    """Return the question what of the month was restated, and why."""
    return vintages.more(asked, facts)


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `said_on`, `family`, `derivatives`, `share`, `is_running`, and the month's restatements."""
    frame = asked["vintages"].frame
    month = spelt(f"{asked['vintages'].parameters['month']:%Y-%m}")
    whole = frame.filter(~pl.col("is_running"))
    days = whole["said_on"].unique().sort().to_list()
    ends = [days[0], days[-1]] if days else []
    then, now = [_shares(whole, said) for said in ends] or [{}, {}]
    names = _names(then, now)
    changed = [name for name in names if abs(now.get(name, 0.0) - then.get(name, 0.0)) > LEAST]
    largest = max(changed, key=lambda name: abs(now.get(name, 0.0) - then.get(name, 0.0)), default="")
    neutral = f"{month} as it was said when it was over, and now" if ends else f"{month} is not over"
    title = f"{month}: {largest} moved by {points(now.get(largest, 0.0) - then.get(largest, 0.0))} points since"
    when = f", as said on {day(ends[0])} and on {day(ends[1])}" if ends else ""
    return Figure(
        question=QUESTION,
        title=facts.title or (title if changed and facts.is_whole else neutral),
        subtitle=f"Share of {month}'s {vintages.things(asked, facts)} by family{when}",
        note=" ".join([*[SYNTHETIC] * facts.synthetic, *_reasons(asked["restated"].frame)]),
        alt="Dumbbells, then and now: "
        + ", ".join(f"{name} from {percent(then.get(name, 0.0))} to {percent(now.get(name, 0.0))}" for name in names)
        + ".",
        plot=_plot(then, now, names, [day(each) for each in ends], facts),
        data=_data(then, now, names),
        units=dict.fromkeys(("then", "now", "change"), "part of 1"),
        has_finding=bool(changed) and facts.is_whole,
    )


Shares = Mapping[str, float]


def _shares(frame: pl.DataFrame, said: date) -> Shares:
    held = frame.filter((pl.col("said_on") == said) & pl.col("share").is_not_null())
    return dict(held.select("family", "share").iter_rows())


def _names(then: Shares, now: Shares) -> list[str]:
    every = [name for name in {**then, **now} if name not in NAMELESS]
    return sorted(every, key=lambda name: (-max(then.get(name) or 0.0, now.get(name) or 0.0), name))[:MOST]


def _plot(then: Shares, now: Shares, names: Sequence[str], days: Sequence[str], facts: Facts) -> Plot:
    if not names:
        return Sentence("The month is not over: no copy has said it in whole.")
    rows = []
    for name, (role, ink) in zip(names, hues(names, "family", facts), strict=True):
        was, now_is = then.get(name) or 0.0, now.get(name) or 0.0
        dots = [Dot(was, role, 5.0, is_hollow=True), Dot(now_is, role, 5.5)]
        told = [name, f"then\t{percent(was)}", f"now\t{percent(now_is)}", f"points\t{points(now_is - was)}"]
        moved = abs(now_is - was) > LEAST
        rows.append(Row(name, ink, dots, value=points(now_is - was), is_bold=moved, told=told, join=role))
    key = [(days[0], True), (days[1], False)]
    return Dots(rows, lambda values: [f"{100 * value:.10g}%" for value in values], "points since", key)


def _reasons(restated: pl.DataFrame) -> list[str]:
    """Return why it was restated otherwise than by late data, the newest reasons first."""
    told = restated.filter(pl.col("class") != "routine").select("class", "reason", "restated_on").unique()
    newest = told.sort("restated_on", "class", "reason", descending=[True, False, False]).rows()[:2]
    reasons = [f"{kind} of {day(said)}: {reason}." for kind, reason, said in newest]
    return [" ".join(reasons) if reasons else "Late data alone moved it; tracker restatements lists every change."]


def _data(then: Shares, now: Shares, names: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "family": pl.Series(names, dtype=pl.String),
            "then": pl.Series([then.get(name) for name in names], dtype=pl.Float64),
            "now": pl.Series([now.get(name) for name in names], dtype=pl.Float64),
            "change": pl.Series([(now.get(n) or 0.0) - (then.get(n) or 0.0) for n in names], dtype=pl.Float64),
        }
    )
