"""What publishers build on next: families before by families now, the last twelve months together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tracker.charts.forms import months as monthly
from tracker.charts.forms.hues import hues
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import percent, small
from tracker.charts.look.sums import ordered_sum
from tracker.charts.plots.grid import Grid, GridRow, Head
from tracker.findings.monthly import spelt

TITLE = "Families that publishers build on, by the family that they built on before"
QUESTION = "What do publishers build on next?"
YEAR = 12  # whole months
LEAST = 10  # publishers: a family with fewer has no row
MOST = 8  # rows
COLUMNS = 5  # families with a column
ASKS = {"switches": {"measure": "base_switches", "least": 1}}
OTHERS = "Others"


@dataclass(frozen=True)
class Before:
    """Publishers who built on a family, and on what they built next."""

    name: str
    next: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many there are; who moved in several months counts in each."""
        return sum(self.next.values())


def draw(asked: Mapping[str, Asked], facts: Facts) -> Figure:
    """Draw rows of `month`, `family_before`, `family`, `publishers` of the last twelve whole months.

    A cell is a part of its row: of the publishers who built on that family before, in each month in which they built.
    """
    frame = asked["switches"].frame
    months = monthly.whole(frame["month"].unique().to_list(), facts.snapshot_date)[-YEAR:]
    held = frame.filter(pl.col("month").is_in(months))
    every = _befores(held)
    drawn = [each for each in every if each.total >= LEAST][:MOST]
    columns = _columns(held)
    period = f", {spelt(months[0])} to {spelt(months[-1])}" if months else ""
    return Figure(
        question=QUESTION,
        title=facts.title or "Families that publishers build on, by what they built on before",
        subtitle="Share of publishers by the family that most of their new derivatives of a month are built on, by the "
        f"one of the month before in which they made any{period}",
        note=" ".join(_notes(held, every, drawn, facts)),
        alt=_alt(drawn, columns, period),
        plot=_plot(drawn, columns, facts),
        data=held,
        units={"share": "part of 1"},
        has_finding=False,
    )


def _befores(held: pl.DataFrame) -> list[Before]:
    """Return families with their publishers, those of most first."""
    counted: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for before, family, publishers in held.select("family_before", "family", "publishers").iter_rows():
        counted[before][family] += publishers
    return sorted(
        (Before(name, families) for name, families in counted.items()), key=lambda each: (-each.total, each.name)
    )


def _columns(held: pl.DataFrame) -> list[str]:
    """Return the families that most publishers build on now."""
    summed = held.group_by("family", maintain_order=True).agg(ordered_sum("publishers"))
    return [str(name) for name, _ in sorted(summed.iter_rows(), key=lambda row: (-row[1], row[0]))[:COLUMNS]]


def _plot(drawn: Sequence[Before], columns: Sequence[str], facts: Facts) -> Plot:
    if not drawn:
        return Sentence(
            f"No family had {small(LEAST)} publishers who built on again in whole months, so none is drawn."
        )
    heads = [Head(name, name, role, ink) for name, (role, ink) in zip(columns, _roles(columns, facts), strict=True)]
    heads.append(Head(OTHERS, "Other", "un1", "muted"))
    rows = [GridRow(each.name, _cells(each, columns), f"{each.total:,}", told=_told(each)) for each in drawn]
    return Grid(rows, heads, "Built on before", "Build on now", "n")


def _roles(columns: Sequence[str], facts: Facts) -> list[tuple[str, str]]:
    """Return the strongest hue of each family's origin: cells have steps of it."""
    return [(f"{role[:2]}1", ink) for role, ink in hues(columns, "family", facts)]


def _cells(each: Before, columns: Sequence[str]) -> list[float]:
    parts = [each.next.get(name, 0) / each.total for name in columns]
    others = sum(publishers for name, publishers in each.next.items() if name not in columns)
    return [*parts, others / each.total]


def _told(each: Before) -> list[str]:
    largest = sorted(each.next.items(), key=lambda item: (-item[1], item[0]))[:COLUMNS]
    return [f"{each.name}\tn = {each.total:,}", *(f"{name}\t{percent(count / each.total)}" for name, count in largest)]


def _notes(held: pl.DataFrame, every: Sequence[Before], drawn: Sequence[Before], facts: Facts) -> list[str]:
    parts = [SYNTHETIC] * facts.synthetic
    parts.append(
        f"Rows of families with {small(LEAST)} publishers (n) or more; who builds in several months counts in each."
    )
    left = len(every) - len(drawn)
    if left:
        parts.append(f"{left} more {'family' if left == 1 else 'families'} in the data.")
    months = held.group_by("month", maintain_order=True).agg(pl.col("compared").max(), pl.col("active").max())
    compared, active = (sum(months[name].to_list()) for name in ("compared", "active"))
    if active:
        parts.append(
            f"{percent(compared / active)} of the publishers of a month have a family that more than half is built on, "
            "then and in one of the twelve months before."
        )
    return parts


def _alt(drawn: Sequence[Before], columns: Sequence[str], period: str) -> str:
    if not drawn:
        return f"No family had {small(LEAST)} publishers who built on again."
    told = [
        f"{each.name}: "
        + ", ".join(f"{name} {part:.0%}" for name, part in zip([*columns, OTHERS], _cells(each, columns), strict=True))
        for each in drawn
    ]
    return f"Table of cells{period}: families that publishers build on, by those of before. {'; '.join(told)}."
