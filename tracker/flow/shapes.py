"""Input and output of flow: a night of one cohort, and an incident."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ALL = "all"  # the cohort of an incident of the whole chain


@dataclass(frozen=True)
class ClassNight:
    """What a cohort of models did between two consecutive nights of a chain, which are `days` apart.

    The counted models are those with an honest counter on both nights. Models that fell, came back or were absent have
    counts of their own.
    """

    snapshot_date: date
    cohort: str
    days: int
    models: int  # in the night
    movers: int  # counted models with at least 300 downloads in 30 days on the night before
    unmoved: int  # movers whose counter is the same
    slowed: int  # movers with less than half of a usual day, including unmoved ones
    expected: float  # downloads a day of the counted models: sum of their 30-day counters on the night before, by 30
    increase: float  # downloads of the counted models in `days`
    fell: int = 0  # models whose counter fell on this night
    fell_by: float = 0  # downloads that they lost, above 0
    recovered: int = 0  # models whose counter is back from a fall
    recovered_by: float = 0  # lost downloads that are back
    absent: int = 0  # models of the night before that this one lacks
    back: int = 0  # known models that the night before lacked

    @property
    def last_label(self) -> date:
        """The newest day that the night counts: the day before the counter's."""
        return self.snapshot_date - timedelta(days=1)

    @property
    def first_label(self) -> date:
        """The oldest day that the night counts."""
        return self.snapshot_date - timedelta(days=self.days)


@dataclass(frozen=True)
class Incident:
    """Days of a cohort whose measured downloads are not those of the days themselves.

    Its downloads are spread over the days `spread_first` to `spread_last`; None if they are not spread.
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
