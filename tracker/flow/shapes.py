"""What goes in and what comes out: a night of one cohort, and an incident."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ALL = "all"  # the cohort of an incident that is the whole chain's


@dataclass(frozen=True)
class ClassNight:
    """What a cohort of models did between two nights of a chain that follow each other.

    Counted are the models whose counter was honest on the night before and is so on this one; those that fell, came
    back or were absent are counted beside them. `days` lie between the two nights.
    """

    snapshot_date: date
    cohort: str
    days: int
    models: int  # in the night
    movers: int  # of the counted, with at least 300 downloads in 30 days on the night before
    unmoved: int  # of them: the counter is the same
    slowed: int  # of them: less than half of a usual day, unmoved ones included
    expected: float  # downloads a day, of the counted: sum of their 30-day counters on the night before, by 30
    increase: float  # downloads in `days`, of the counted
    fell: int = 0  # models whose counter fell on this night
    fell_by: float = 0  # downloads that they lost, above 0
    recovered: int = 0  # models whose counter is back from a fall
    recovered_by: float = 0  # downloads that had been lost and are there again
    absent: int = 0  # models of the night before that this one lacks
    back: int = 0  # models that the night before lacked and that had been there

    @property
    def last_label(self) -> date:
        """The newest day that the night counts: the day before the counter's."""
        return self.snapshot_date - timedelta(days=1)

    @property
    def first_label(self) -> date:
        """The oldest day that it counts."""
        return self.snapshot_date - timedelta(days=self.days)


@dataclass(frozen=True)
class Incident:
    """Days of a cohort that are not plainly measured.

    `spread_first` to `spread_last` is what its downloads are spread over, None where they are not.
    """

    cohort: str  # ALL: the whole chain
    kind: str  # stall, catch-up, fall, recovery or partial
    first_label: date
    last_label: date
    share: float  # of the models that it touches: unmoved, fallen, absent ones; of a catch-up: of what was lacking
    amount: float  # downloads: lacking, arrived, lost, back; models where partial
    is_open: bool  # what has to come is not there yet
    spread_first: date | None = None
    spread_last: date | None = None

    @property
    def labels(self) -> Iterator[date]:
        """The days."""
        return (self.first_label + timedelta(days=at) for at in range((self.last_label - self.first_label).days + 1))
