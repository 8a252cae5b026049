"""Who builds on whose models: countries of publishers by the origin of the roots they build on, a year together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tracker.charts.forms import months as monthly
from tracker.charts.forms.made_by import COLUMNS, OPEN, Makers, coverage, hue, makers
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look import colors
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts, things
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import percent, small
from tracker.charts.plots.grid import Grid, GridRow, Head
from tracker.findings.chance import THIN
from tracker.findings.makers import mainly
from tracker.findings.monthly import spelt

TITLE = "Origins of what publishers of each country build on"
QUESTION = "Who builds on whose models?"
YEAR = 12  # whole months
ASKS = {"share": {"measure": "share", "by": "publisher_country,origin_country", "months": YEAR + 1}}
KEEPS = ("by",)
LEAST = 10  # derivatives: a country with fewer has no row
MOST = 12  # countries with a row
_SHORT = {colors.US: "US", colors.OTHERS: "Other", OPEN: "Open"}


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `month`, `publisher_country`, `origin_country`, `derivatives` of the last twelve whole months.

    A cell is a part of its row: of the new derivatives of publishers of that country.
    """
    answer = asked["share"]
    months = monthly.whole(answer.frame["month"].unique().to_list(), facts.snapshot_date)[-YEAR:]
    every = makers(answer.frame.filter(pl.col("month").is_in(months)), facts)
    drawn = _drawn(every)
    found = mainly({each.name: _parts(each) for each in drawn if each.is_named}) if facts.is_whole else ""
    of = things(answer)
    period = f", {spelt(months[0])} to {spelt(months[-1])}" if months else ""
    return Figure(
        question=QUESTION,
        title=facts.title or found or "Origins of what the publishers of each country build on",
        subtitle=f"Share of the {of} of each country's publishers by the origin of their root{period}",
        note=" ".join(_notes(every, drawn, facts)),
        alt=_alt(drawn, period),
        plot=_plot(drawn),
        data=_data(every),
        units={"derivatives": "credit", "share": "part of 1", "of": "credit of the country"},
        source=facts.source(None),  # of these rows few are traced at both ends
        has_finding=bool(found),
    )


def _drawn(every: Sequence[Makers]) -> list[Makers]:
    large = [each for each in every if each.total >= LEAST]
    return [each for each in large if each.is_named][:MOST] + [each for each in large if not each.is_named]


def _parts(each: Makers) -> tuple[dict[str, float], float, int]:
    """Return what a finding is made of: shares of named origins, what could be of any of them, how many models."""
    return {origin: each.share(origin) for origin in colors.NAMED}, each.share(OPEN), int(each.total)


def _plot(drawn: Sequence[Makers]) -> Plot:
    if not drawn:
        return Sentence(f"No country's publishers made {small(LEAST)} derivatives in whole months, so none is drawn.")
    rows = [
        GridRow(
            each.name, [each.share(origin) for origin in COLUMNS], f"{each.total:,.0f}", not each.is_named, _told(each)
        )
        for each in drawn
    ]
    heads = [Head(origin, _SHORT.get(origin, origin), *hue(origin)) for origin in COLUMNS]
    return Grid(rows, heads, "Published from", "Built on models from", "derivatives")


def _told(each: Makers) -> list[str]:
    head = f"{each.name}\tn = {each.total:,.0f}"
    return [head, *(f"{origin}\t{percent(each.share(origin))}" for origin in COLUMNS if each.built.get(origin))]


def _notes(every: Sequence[Makers], drawn: Sequence[Makers], facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic
    left = [each for each in every if each.is_named and each not in drawn]
    parts.append(f"Rows of countries with {small(LEAST)} derivatives or more.")
    if left:
        countries = "country has" if len(left) == 1 else "countries have"
        parts.append(f"{len(left):,} more {countries} {sum(each.total for each in left):,.0f} together.")
    if every:
        parts.append(
            f"Only {percent(coverage(every))} of these derivatives come from publishers with a reviewed country, so "
            f"read their rows as a sample; below the line is the rest."
        )
    return parts


def _data(every: Sequence[Makers]) -> pl.DataFrame:
    rows = [
        (each.country, each.name, origin, each.built.get(origin, 0.0), each.share(origin), each.total)
        for each in every
        for origin in COLUMNS
    ]
    texts = dict.fromkeys(("publisher_country", "publishers", "origin"), pl.String)
    return pl.DataFrame(rows, {**texts, **dict.fromkeys(("derivatives", "share", "of"), pl.Float64)}, orient="row")


def _alt(drawn: Sequence[Makers], period: str) -> str:
    if not drawn:
        return f"No country's publishers have {THIN} derivatives."
    told = [f"{each.name}: {', '.join(line.replace(chr(9), ' ') for line in _told(each)[1:])}" for each in drawn]
    return f"Table of cells{period}: origin of what publishers of a country build on. {'; '.join(told)}."
