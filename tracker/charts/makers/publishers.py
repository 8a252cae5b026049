"""What publishers of each country build on, month by month: panels of origins, a country each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tracker.charts.forms import months as monthly
from tracker.charts.forms.made_by import COLUMNS, OPEN, Makers, coverage, hue, makers
from tracker.charts.forms.months import FEWEST
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look import colors
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts, things
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import percent, small
from tracker.charts.plots.strata import Layered, Strata, Stratum
from tracker.findings.chance import THIN
from tracker.findings.makers import Row, risen
from tracker.findings.monthly import spelt

TITLE = "Origins of what publishers of each country build on, by month"
QUESTION = "How has what each country's publishers build on changed?"
MONTHS = 24  # whole ones
ASKS = {"share": {"measure": "share", "by": "publisher_country,origin_country", "months": MONTHS + 1}}
KEEPS = ("by",)
MOST = 6  # countries with a panel; beside them stand publishers of no stated country, and those not yet reviewed
_SHORT = {colors.US: "US", colors.OTHERS: "Other", OPEN: "Open"}


@dataclass(frozen=True)
class Country:
    """One country's publishers: all months together, and those months that are not thin."""

    makers: Makers
    months: Mapping[str, Makers]


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `month`, `publisher_country`, `origin_country`, `derivatives`: whole months of large countries.

    A country has a panel where four of its months count 100 derivatives or more; its other months are left open.
    """
    answer = asked["share"]
    months = monthly.whole(answer.frame["month"].unique().to_list(), facts.snapshot_date)[-MONTHS:]
    every = _countries(answer.frame.filter(pl.col("month").is_in(months)), facts)
    drawn = _drawn(every)
    shown = monthly.between([month for each in drawn for month in each.months])
    found = _finding(drawn[0]) if drawn and drawn[0].makers.is_named and facts.is_whole else ""
    of = things(answer)
    return Figure(
        question=QUESTION,
        title=facts.title or found or "What the publishers of each country build on",
        subtitle=f"Share of the {of} of each country's publishers by the origin of their root, by month"
        + (f". Values: the last month that is drawn, {spelt(shown[-1])} at the latest" if shown else ""),
        note=" ".join(_notes(every, drawn, facts)),
        alt=_alt(drawn, shown),
        plot=_plot(drawn, shown),
        data=_data(drawn),
        units={"derivatives": "credit", "share": "part of 1", "of": "credit of the country and month"},
        source=facts.source(None),  # of these rows few are traced at both ends
        has_finding=bool(found),
    )


def _countries(frame: pl.DataFrame, facts: Facts) -> list[Country]:
    by_month = {
        str(month): {each.country: each for each in makers(rows, facts)}
        for (month,), rows in frame.group_by("month", maintain_order=True)
    }  # fmt: skip
    found = []
    for whole in makers(frame, facts):
        held = {month: each[whole.country] for month, each in sorted(by_month.items()) if whole.country in each}
        found.append(Country(whole, {month: each for month, each in held.items() if each.total >= THIN}))
    return found


def _drawn(every: Sequence[Country]) -> list[Country]:
    thick = [each for each in every if len(each.months) >= FEWEST]
    return [each for each in thick if each.makers.is_named][:MOST] + [
        each for each in thick if not each.makers.is_named
    ]


def _finding(largest: Country) -> str:
    """Return what changed among the publishers of the largest country, which is the only one that is looked at."""
    return risen(largest.makers.name, _course(largest))


def _course(country: Country) -> list[tuple[str, Row]]:
    """Return months with what a finding is made of."""
    return [
        (month, ({origin: each.share(origin) for origin in colors.NAMED}, each.share(OPEN), int(each.total)))
        for month, each in country.months.items()
    ]


def _plot(drawn: Sequence[Country], shown: Sequence[str]) -> Plot:
    if not drawn:
        return Sentence(
            f"No country's publishers made {THIN} derivatives in each of {small(FEWEST)} months, so none is drawn."
        )
    return Strata([_layered(each, shown) for each in drawn], shown)


def _layered(country: Country, shown: Sequence[str]) -> Layered:
    held = country.months
    parts = [
        Stratum(
            _SHORT.get(origin, origin), *hue(origin),
            [held[month].share(origin) if month in held else None for month in shown],
        )
        for origin in COLUMNS
    ]  # fmt: skip
    last = max(held)
    head = f"{country.makers.name}, {spelt(last)}\tn = {held[last].total:,.0f}"
    told = [f"{origin}\t{percent(held[last].share(origin))}" for origin in COLUMNS if held[last].built.get(origin)]
    return Layered(country.makers.name, f"n = {held[last].total:,.0f}", parts, [head, *told])


def _notes(every: Sequence[Country], drawn: Sequence[Country], facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic
    parts.append(
        f"A panel for each country whose publishers made {THIN} derivatives or more in {small(FEWEST)} whole months; "
        "months with fewer are left open. n is that of the last month. Open: without a reviewed origin."
    )
    left = [each.makers for each in every if each.makers.is_named and each not in drawn]
    if left:
        countries = "country is" if len(left) == 1 else "countries are"
        parts.append(f"{len(left):,} {countries} left out, with {sum(each.total for each in left):,.0f} together.")
    if every:
        known = percent(coverage([each.makers for each in every]))
        parts.append(f"{known} of these derivatives come from publishers with a reviewed country.")
    return parts


def _data(drawn: Sequence[Country]) -> pl.DataFrame:
    rows = [
        (month, each.makers.country, each.makers.name, origin, held.built.get(origin, 0.0), held.share(origin),
         held.total)
        for each in drawn for month, held in each.months.items() for origin in COLUMNS
    ]  # fmt: skip
    texts = dict.fromkeys(("month", "publisher_country", "publishers", "origin"), pl.String)
    return pl.DataFrame(rows, {**texts, **dict.fromkeys(("derivatives", "share", "of"), pl.Float64)}, orient="row")


def _alt(drawn: Sequence[Country], shown: Sequence[str]) -> str:
    if not drawn:
        return f"No country's publishers have {small(FEWEST)} months with {THIN} derivatives."
    told = []
    for each in drawn:
        last = each.months[max(each.months)]
        shares = ", ".join(f"{origin} {percent(last.share(origin))}" for origin in COLUMNS if last.built.get(origin))
        told.append(f"{each.makers.name}: {shares}")
    period = f"{spelt(shown[0])} to {spelt(shown[-1])}"
    return f"Stacked areas, {period}, a panel for each country of publishers. Last month: {'; '.join(told)}."
