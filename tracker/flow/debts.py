"""Debts: the downloads that a stall holds back from a cohort.

A debt grows with each stalled night. Later nights repay it, in one piece or several: the catch-ups.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from tracker.flow.shapes import ClassNight, Incident
from tracker.flow.thresholds import CATCH_UP_DAYS, WORTH

Stalled = tuple[ClassNight, float, float]  # night, share of movers that are unmoved, missing downloads


@dataclass
class Debt:
    """A stall from its first night on, with the payments since. Amounts are downloads."""

    owed: float = 0
    paid: float = 0
    worth: float = 0  # a smaller debt needs no repayment
    stalled: list[Stalled] = field(default_factory=list)
    paying: list[tuple[ClassNight, float]] = field(default_factory=list)  # nights with their payments

    @property
    def since(self) -> date:
        """The last night that stood still."""
        return self.stalled[-1][0].snapshot_date

    @property
    def rest(self) -> float:
        """The downloads that are still owed."""
        return max(0.0, self.owed - self.paid)

    def stand_still(self, night: ClassNight, usual: float) -> None:
        """Add a night that stands still; `usual`: the downloads that were expected of it."""
        lacking = max(0.0, usual - night.increase)
        self.owed += lacking
        self.worth = WORTH * usual / night.days
        self.stalled.append((night, night.unmoved / max(night.movers, 1), lacking))

    def pay(self, night: ClassNight, usual: float) -> None:
        """Add a night with more downloads than usual."""
        came = min(max(0.0, night.increase - usual), self.rest)
        self.paid += came
        self.paying.append((night, came))

    def is_small(self) -> bool:
        """Return whether the debt is too small to need a repayment."""
        return self.owed < self.worth

    def is_over(self, label: date) -> bool:
        """Return whether a day is too late for a payment of this debt."""
        return (label - self.stalled[-1][0].last_label).days > CATCH_UP_DAYS

    def incidents(self, *, is_open: bool) -> Iterator[Incident]:
        """Yield an incident per run of stalled nights and per payment; after a payment all are spread over all days."""
        first = self.stalled[0][0].first_label
        last = max(self.stalled[-1][0].last_label, *(night.last_label for night, _ in self.paying), date.min)
        spread = (first, last) if self.paying else (None, None)
        for run in _runs(self.stalled):
            share = max(share for _, share, _ in run)
            lacking = sum(each for *_, each in run)
            cohort, begins, ends = run[0][0].cohort, run[0][0].first_label, run[-1][0].last_label
            yield Incident(cohort, "stall", begins, ends, share, lacking, is_open, *spread)
        for night, came in self.paying:
            share, begins, ends = came / max(self.owed, 1), night.first_label, night.last_label
            yield Incident(night.cohort, "catch-up", begins, ends, share, came, is_open, *spread)


def _runs(stalled: Iterable[Stalled]) -> Iterator[list[Stalled]]:
    """Yield runs of nights that follow each other without a day between."""
    run: list[Stalled] = []
    for each in stalled:
        if run and (each[0].first_label - run[-1][0].last_label).days > 1:
            yield run
            run = []
        run.append(each)
    if run:
        yield run
