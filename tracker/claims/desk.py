"""The published copy as claims ask it: each statement once, and the nights that stand for days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from tracker import measures
from tracker.answers import names
from tracker.answers.counted import stocks

if TYPE_CHECKING:
    from tracker.store import Published

WHOLE_HUB = 1_000_000  # models; the Hub passed them in September 2024, so a copy with fewer is a part of it
FEW = 30  # derivatives of a month; the standard error of a share is 9 points then
NEAR = timedelta(days=10)  # a night this far from a day still stands for it


class CannotCompute(Exception):
    """What a claim needs and this copy does not have, as the rest of a sentence: 'needs ...'."""


class Asked(NamedTuple):
    """A statement, what it binds, and its rows."""

    sql: str
    values: Mapping[str, Any]
    rows: pl.DataFrame


@dataclass
class Desk:
    """The published copy with what was asked of it before, so that claims that share a question ask it once."""

    published: Published
    models: Sequence[str] = ()
    whole_hub: int = WHOLE_HUB
    few: int = FEW
    asked: dict[tuple[Any, ...], Asked] = field(default_factory=dict)
    known: dict[tuple[str, str], bool] = field(default_factory=dict)
    months: dict[str, set[date]] = field(default_factory=lambda: defaultdict(set))
    days: dict[tuple[str, str], set[date]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        self.facts = self.published.facts()
        nights = self.published.query(
            "select snapshot_date, source, downloads_all_time from nights where scope = $scope order by snapshot_date",
            {"scope": self.facts.scope},
        )
        self._sources: dict[date, str] = dict(zip(nights["snapshot_date"], nights["source"], strict=True))
        self._without = set(nights.filter(pl.col("downloads_all_time").is_null())["snapshot_date"])

    def expect(self, by: str, months: Iterable[date]) -> None:
        """Take note of months, by their first days, whose shares of groups of `by` will be asked for."""
        self.months[by].update(months)

    def months_with(self, by: str, month: date) -> list[date]:
        """Return a month with all that are expected, so that one question is asked for all of them."""
        return sorted({month, *self.months[by]})

    def expect_stock(self, by: str, rule: str, days: Iterable[date]) -> None:
        """Take note of days at whose end a stock of groups of `by` will be asked for, by its rule."""
        self.days[by, rule].update(day for day in days if day <= self.facts.snapshot_date)

    def days_with(self, by: str, rule: str, day: date) -> tuple[list[date], list[date]]:
        """Return a day with all that are expected of its groups, which are told together, and those of its rule.

        What is counted by one rule is looked up once for all groups and days of it.
        """
        told = {day, *self.days[by, rule]}
        every = told.union(*(days for (_, of), days in self.days.items() if of == rule))
        return (sorted(told), sorted(every)) if len(every) <= stocks.MOST else ([day], [day])

    @cached_property
    def names(self) -> str:
        """What names that tell a family look like."""
        return stocks.names(self.published)

    def ask(self, sql: str, values: Mapping[str, Any], common: str = "") -> Asked:
        """Ask a statement once, and again from memory; `common` is as of `Published.query`."""
        key = (sql, *values.items())
        if key not in self.asked:
            self.asked[key] = Asked(sql, values, self.published.query(sql, values, common=common))
        return self.asked[key]

    def measure(self, name: str, values: Mapping[str, Any], parts: Mapping[str, str] | None = None) -> Asked:
        """Ask a measure."""
        sql = measures.fill(measures.load(name).sql, parts or {})
        return self.ask(sql, measures.bound(sql, values))

    def knows(self, column: str, name: str) -> bool:
        """Say whether anything in the copy is called by a name, whether or not it has rows."""
        if (column, name) not in self.known:
            self.known[column, name] = name in names.nearest(self.published, column, name, count=1)
        return self.known[column, name]

    def night(self, day: date, source: str | None = None) -> date:
        """Return the night (of a source) that stands for `day`; raise CannotCompute where none is near."""
        nights = [night for night, its in self._sources.items() if source in (None, its)]
        nearest = min(nights, key=lambda night: (abs(night - day), night), default=None)
        if nearest is None or abs(nearest - day) > NEAR:
            here = f"the nights here run from {nights[0]} to {nights[-1]}" if nights else "there is none"
            raise CannotCompute(f"needs a snapshot of about {day}; {here}")
        return nearest

    def both_nights(self, first: date, until: date) -> tuple[date, date]:
        """Return the nights that stand for two days; counters of two sources are never subtracted from one another.

        Raises CannotCompute where there is none for one of them, or only one for both, or none of the same source.
        """
        for day in (first, until):
            self.night(day)
        pairs = [pair for source in sorted(set(self._sources.values())) if (pair := self._pair(first, until, source))]
        if not pairs:
            raise CannotCompute(f"needs two nights, about {first} and {until}, of one source")
        return min(pairs, key=lambda pair: abs(pair[0] - first) + abs(pair[1] - until))

    def needs_all_time(self, *nights: date) -> None:
        """Raise CannotCompute for a night whose source has no all-time counters."""
        for night in nights:
            if night in self._without:
                raise CannotCompute(f"needs downloads_all_time, which the source of {night} does not have")

    def _pair(self, first: date, until: date, source: str) -> tuple[date, date] | None:
        try:
            before, after = self.night(first, source), self.night(until, source)
        except CannotCompute:
            return None
        return (before, after) if before < after else None
