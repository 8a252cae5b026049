"""The kinds of each family's new derivatives, quarter by quarter: what charts by relation and by licence share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tracker.charts.forms import months as monthly
from tracker.charts.forms.hues import NAMELESS, hues
from tracker.charts.forms.sentence import Sentence
from tracker.charts.look.facts import SYNTHETIC, Asked, Facts, things
from tracker.charts.look.figure import Figure, Plot
from tracker.charts.look.numbers import percent, small
from tracker.charts.look.sums import ordered_sum
from tracker.charts.plots.sparks import SparkRow, Sparks
from tracker.findings.chance import Share, leads

MOST = 6  # families
LEAST = 12  # derivatives: a quarter with fewer is left out
_NAMED = 3  # families that a title names, beyond that it counts them
Built = Mapping[tuple[str, str], Mapping[str, float]]  # family, quarter -> kind -> derivatives


@dataclass(frozen=True)
class Kinds:
    """One chart of this form: the column of kinds and what each drawn one is called.

    `found` makes the finding of a kind and of the families that it leads in, `each` is what a share is of (relation),
    `rest` says what is not drawn; `loose` are kinds that could be any other.
    """

    question: str
    column: str
    named: Mapping[str, str]
    each: str
    rest: str
    found: Callable[[str, str], str]
    title: Callable[[str], str]
    loose: Sequence[str] = ()

    def draw(self, answer: Asked, facts: Facts) -> Figure:
        """Draw rows of `month`, `family`, the column, `derivatives`, `low`, `high`, `n`: whole quarters of the largest.

        Each value is a part of its family's new derivatives of the quarter, kinds that are not drawn among them.
        """
        quarters = _quarters(answer, facts)
        frame = answer.frame.with_columns(quarter=_quarter()).filter(pl.col("quarter").is_in(quarters))
        built = self._built(frame)
        families = _largest(frame, quarters)
        rows = self._rows(families, quarters, built, facts)
        found = self._finding(frame, families, quarters, built) if facts.is_whole else ""
        of = things(answer)
        return Figure(
            question=self.question,
            title=facts.title or found or self.title(of),
            subtitle=f"Share of each {self.each} among the {of} of a family, by quarter"
            + (f" from {_told(quarters[0])}; the value is {_told(quarters[-1])}" if rows else ""),
            note=" ".join(
                [
                    *[SYNTHETIC] * facts.synthetic,
                    f"Quarters with fewer than {small(LEAST)} derivatives are left out, and so is the running one.",
                    self.rest,
                ]
            ),
            alt=_alt(rows, quarters),
            plot=self._plot(rows, quarters),
            data=self._data(families, quarters, built),
            units={"derivatives": "credit", "share": "part of 1", "of": "credit of the family"},
            has_finding=bool(found),
        )

    def _built(self, frame: pl.DataFrame) -> Built:
        built: dict[tuple[str, str], dict[str, float]] = {}
        for family, quarter, kind, value in frame.select("family", "quarter", self.column, "derivatives").iter_rows():
            kinds = built.setdefault((family, quarter), {})
            kinds[kind] = kinds.get(kind, 0.0) + value
        return built

    def _rows(self, families: Sequence[str], quarters: Sequence[str], built: Built, facts: Facts) -> list[SparkRow]:
        rows = []
        for family, (role, ink) in zip(families, hues(families, "family", facts), strict=True):
            cells = [[_share(built, family, quarter, kind) for quarter in quarters] for kind in self.named]
            told = [f"{name}\t{percent(cell[-1])}" for name, cell in zip(self.named.values(), cells, strict=True)
                    if cell[-1] is not None]  # fmt: skip
            head = f"{family}, {_told(quarters[-1])}\tn = {_total(built, family, quarters[-1]):,.0f}"
            rows.append(SparkRow(family, role, ink, cells, [head, *told]))
        return rows

    def _plot(self, rows: Sequence[SparkRow], quarters: Sequence[str]) -> Plot:
        if not rows or len(quarters) < 2:
            return Sentence(
                f"No family has {small(LEAST)} derivatives in each of two whole quarters, so none is drawn."
            )
        return Sparks(rows, list(self.named.values()), (_told(quarters[0]), _told(quarters[-1])))

    def _finding(self, frame: pl.DataFrame, families: Sequence[str], quarters: Sequence[str], built: Built) -> str:
        """Return which kind leads beyond bounds and chance in which families, in the last quarter."""
        if not quarters:
            return ""
        loose = _loose(frame.filter(pl.col("quarter") == quarters[-1]))
        led: dict[str, list[str]] = {}
        for family in families if loose is not None else ():
            total = _total(built, family, quarters[-1])
            open_ = (loose or 0.0) + sum(_of_kind(built, family, quarters[-1], kind) for kind in self.loose)
            shares = {kind: _bounded(_of_kind(built, family, quarters[-1], kind), total, open_) for kind in self.named}
            first = max(shares, key=lambda kind: (shares[kind].share, kind))
            if leads(shares[first], [each for kind, each in shares.items() if kind != first]):
                led.setdefault(first, []).append(family)
        if not led:
            return ""
        kind = max(led, key=lambda each: (len(led[each]), each))
        return self.found(self.named[kind], _of(led[kind], len(families)))

    def _data(self, families: Sequence[str], quarters: Sequence[str], built: Built) -> pl.DataFrame:
        rows = [
            (quarter, family, kind, _of_kind(built, family, quarter, kind), _share(built, family, quarter, kind),
             _total(built, family, quarter))
            for family in families for kind in self.named for quarter in quarters
        ]  # fmt: skip
        kinds = {"derivatives": pl.Float64, "share": pl.Float64, "of": pl.Float64}
        texts = dict.fromkeys(("quarter", "family", self.column), pl.String)
        return pl.DataFrame(rows, {**texts, **kinds}, orient="row")


def _quarter() -> pl.Expr:
    month = pl.col("month").str.slice(5, 2).cast(pl.Int64)
    return pl.col("month").str.slice(0, 5) + "Q" + ((month + 2) // 3).cast(pl.String)


def _quarters(answer: Asked, facts: Facts) -> list[str]:
    """Return the quarters, YYYY-Qn, that the months asked for hold whole and that are over."""
    months = monthly.whole(answer.frame["month"].unique().to_list(), facts.snapshot_date)
    if not months:
        return []
    first = str(answer.parameters.get("from", months[0]))
    every = monthly.between([first, months[-1]])
    starts = [month for at, month in enumerate(every) if month[5:] in ("01", "04", "07", "10") and at + 2 < len(every)]
    return [f"{month[:5]}Q{(int(month[5:]) + 2) // 3}" for month in starts]


def _total(built: Built, family: str, quarter: str) -> float:
    return sum(built.get((family, quarter), {}).values())


def _of_kind(built: Built, family: str, quarter: str, kind: str) -> float:
    return built.get((family, quarter), {}).get(kind, 0.0)


def _largest(frame: pl.DataFrame, quarters: Sequence[str]) -> list[str]:
    """Return the families with most derivatives in the last four quarters."""
    newest = frame.filter(pl.col("quarter").is_in(quarters[-4:]) & ~pl.col("family").is_in(list(NAMELESS)))
    weight = newest.group_by("family", maintain_order=True).agg(ordered_sum("derivatives")).rows()
    ranked = sorted((each for each in weight if each[1] >= LEAST), key=lambda each: (-each[1], each[0]))
    return [family for family, _ in ranked[:MOST]]


def _share(built: Built, family: str, quarter: str, kind: str) -> float | None:
    total = _total(built, family, quarter)
    return _of_kind(built, family, quarter, kind) / total if total >= LEAST else None


def _told(quarter: str) -> str:
    return f"{quarter[5:]} {quarter[:4]}"


def _of(led: Sequence[str], every: int) -> str:
    if len(led) == every and every > _NAMED:
        return f"in all {small(every)} families"
    if len(led) > _NAMED:
        return f"in at least {small(len(led))} of {small(every)} families"
    return "of " + (led[0] if len(led) == 1 else f"{', '.join(led[:-1])} and {led[-1]}")


def _loose(frame: pl.DataFrame) -> float | None:
    """Return how many derivatives could be of any family; None where that is not known."""
    rows = frame.group_by("month", maintain_order=True).agg(
        ((pl.col("high") - pl.col("low")) * pl.col("n")).max().alias("loose")
    )["loose"]
    return None if rows.is_null().any() else float(rows.sum())


def _bounded(value: float, total: float, loose: float) -> Share:
    if not total:
        return Share(0.0, 0.0, 1.0, 0)
    return Share(value / total, value / (total + loose), (value + loose) / (total + loose), int(total))


def _alt(rows: Sequence[SparkRow], quarters: Sequence[str]) -> str:
    if not rows:
        return "No family has enough derivatives in a whole quarter."
    told = [f"{row.name} {' '.join(each.replace(chr(9), ' ') for each in row.told[1:])}" for row in rows]
    return f"Small areas by quarter, {_told(quarters[0])} to {_told(quarters[-1])}. Last quarter: {'; '.join(told)}."
