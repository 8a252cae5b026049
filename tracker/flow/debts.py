"""What a stall holds back is a debt of its cohort: run up night by night, and paid in one piece or several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from tracker.flow.shapes import ClassNight, Incident
from tracker.flow.thresholds import CATCH_UP_DAYS, WORTH

Stalled = tuple[ClassNight, float, float]  # share of the movers that is unmoved, downloads lacking


@dataclass
class Debt:
    """A stall from its first night, and what has come of it since."""

    owed: float = 0
    paid: float = 0
    worth: float = 0  # less is not worth repaying
    stalled: list[Stalled] = field(default_factory=list)
    paying: list[tuple[ClassNight, float]] = field(default_factory=list)  # downloads that came

    @property
    def since(self) -> date:
        """The last night that stood still."""
        return self.stalled[-1][0].snapshot_date

    @property
    def rest(self) -> float:
        """What has not come yet."""
        return max(0.0, self.owed - self.paid)

    def stand_still(self, night: ClassNight, usual: float) -> None:
        """Take in one more night that stands still, where so many downloads are usual."""
        lacking = max(0.0, usual - night.increase)
        self.owed += lacking
        self.worth = WORTH * usual / night.days
        self.stalled.append((night, night.unmoved / max(night.movers, 1), lacking))

    def pay(self, night: ClassNight, usual: float) -> None:
        """Take in a night that brings more than is usual."""
        came = min(max(0.0, night.increase - usual), self.rest)
        self.paid += came
        self.paying.append((night, came))

    def is_small(self) -> bool:
        """Say whether so little is owed that it is not worth repaying."""
        return self.owed < self.worth

    def is_over(self, label: date) -> bool:
        """Say whether nothing can come any more that would be of this stall."""
        return (label - self.stalled[-1][0].last_label).days > CATCH_UP_DAYS

    def incidents(self, *, is_open: bool) -> Iterator[Incident]:
        """Yield an incident a run of nights; all are spread over the whole, where anything was repaid."""
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
    """Yield the nights that follow each other without a day between."""
    run: list[Stalled] = []
    for each in stalled:
        if run and (each[0].first_label - run[-1][0].last_label).days > 1:
            yield run
            run = []
        run.append(each)
    if run:
        yield run
