"""Stalls of cohorts, and the catch-ups that repay them: debts that are run up, and paid in one piece or several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tracker.flow.chance import beyond
from tracker.flow.shapes import ClassNight, Incident
from tracker.flow.thresholds import (
    CATCH_UP_DAYS,
    DIP_BELOW,
    FEWEST_MOVERS,
    LEAST_DAY,
    LOW,
    REPAID,
    SLOWED_ABOVE_USUAL,
    UNMOVED_ABOVE_USUAL,
    WORTH,
)
from tracker.flow.usual import Usual


@dataclass
class _Episode:
    """A stall from its first night, and what has come of it since."""

    debt: float = 0
    repaid: float = 0
    worth: float = 0  # less is not worth repaying
    stalled: list[tuple[ClassNight, float, float]] = field(default_factory=list)  # share unmoved, downloads lacking
    repaying: list[tuple[ClassNight, float]] = field(default_factory=list)  # downloads that came

    @property
    def is_repaid(self) -> bool:
        return self.debt < self.worth or self.repaid >= REPAID * self.debt

    def is_over(self, label: date) -> bool:
        """Say whether nothing can come any more that would be of this stall."""
        return (label - self.stalled[-1][0].last_label).days > CATCH_UP_DAYS

    def incidents(self, *, is_open: bool) -> Iterator[Incident]:
        """Yield an incident a run of nights; all are spread over the whole, where anything was repaid."""
        first = self.stalled[0][0].first_label
        last = max(self.stalled[-1][0].last_label, *(night.last_label for night, _ in self.repaying), date.min)
        spread = (first, last) if self.repaying else (None, None)
        for run in _runs(self.stalled):
            share = max(share for _, share, _ in run)
            lacking = sum(each for *_, each in run)
            cohort, begins, ends = run[0][0].cohort, run[0][0].first_label, run[-1][0].last_label
            yield Incident(cohort, "stall", begins, ends, share, lacking, is_open, *spread)
        for night, came in self.repaying:
            share = came / self.debt
            yield Incident(
                night.cohort, "catch-up", night.first_label, night.last_label, share, came, is_open, *spread
            )  # fmt: skip


class _Cohort:
    """One cohort as its nights go by."""

    def __init__(self) -> None:
        self.usual = Usual()
        self.episode: _Episode | None = None
        self.found: list[Incident] = []

    def stalled(self, night: ClassNight) -> bool | None:
        """Say whether the cohort stood still; None where it is too small to say."""
        if night.movers < FEWEST_MOVERS:
            return None
        usual, share = self.usual.unmoved(), night.unmoved / night.movers
        if share - usual >= UNMOVED_ABOVE_USUAL and beyond(night.unmoved, night.movers, usual):
            return True
        return self._is_low(night)

    def _is_low(self, night: ClassNight) -> bool:
        amount = self.usual.amount(night)
        if not (self.usual.is_known() or night.expected) or amount < LEAST_DAY * night.days:
            return False
        usual, share = self.usual.slowed(), night.slowed / night.movers
        if night.increase < LOW * amount and share > max(usual, 0.5):
            return True
        is_dip = share - usual >= SLOWED_ABOVE_USUAL and beyond(night.slowed, night.movers, usual)
        return is_dip and night.increase < DIP_BELOW * amount

    def take(self, night: ClassNight, *, stalled: bool) -> None:
        """Take the next night in."""
        if self.episode and self.episode.is_over(night.last_label):
            self.close(is_open=False)
        if stalled:
            self._stand_still(night)
        elif self.episode:
            self._repay(night, self.episode)
        else:
            self.usual.note(night)

    def _stand_still(self, night: ClassNight) -> None:
        episode = self.episode = self.episode or _Episode()
        amount = self.usual.amount(night)
        lacking = max(0.0, amount - night.increase)
        episode.debt += lacking
        episode.worth = WORTH * amount / night.days
        episode.stalled.append((night, night.unmoved / max(night.movers, 1), lacking))

    def _repay(self, night: ClassNight, episode: _Episode) -> None:
        amount = self.usual.amount(night)
        came = night.increase - amount
        if not episode.is_repaid and came > self.usual.surplus() * amount:
            episode.repaid += came
            episode.repaying.append((night, came))
        else:
            self.usual.note(night)
        if episode.is_repaid:
            self.close(is_open=False)

    def close(self, *, is_open: bool) -> None:
        """Say what the stall was."""
        if self.episode:
            self.found += self.episode.incidents(is_open=is_open)
        self.episode = None


def stalls(nights: Sequence[ClassNight], order: Sequence[str]) -> list[Incident]:
    """Return the stalls and catch-ups of a chain's nights, which are by date; `order` is of cohorts, the oldest first.

    A cohort that is too small to judge does what its neighbour does, the older one first: whoever freezes, the models
    created at about the same time freeze too.
    """
    cohorts: dict[str, _Cohort] = {name: _Cohort() for name in order}
    for of_day in _by_day(nights):
        said = {name: cohorts[name].stalled(of_day[name]) for name in order if name in of_day}
        for name, stalled in _filled(said).items():
            cohorts[name].take(of_day[name], stalled=stalled)
    for cohort in cohorts.values():
        cohort.close(is_open=True)
    return [incident for name in order for incident in cohorts[name].found]


def _by_day(nights: Sequence[ClassNight]) -> Iterable[Mapping[str, ClassNight]]:
    days: dict[date, dict[str, ClassNight]] = {}
    for night in nights:
        days.setdefault(night.snapshot_date, {})[night.cohort] = night
    return [days[day] for day in sorted(days)]


def _filled(said: Mapping[str, bool | None]) -> dict[str, bool]:
    """Return what each cohort did, those that cannot say after their neighbours."""
    names = list(said)
    found: dict[str, bool] = {}
    for at, name in enumerate(names):
        near = (said[each] for each in (name, *reversed(names[:at]), *names[at + 1 :]))
        found[name] = next((each for each in near if each is not None), False)
    return found


def _runs(stalled: Iterable[tuple[ClassNight, float, float]]) -> Iterator[list[tuple[ClassNight, float, float]]]:
    """Yield the nights that follow each other without a day between."""
    run: list[tuple[ClassNight, float, float]] = []
    for each in stalled:
        if run and (each[0].first_label - run[-1][0].last_label).days > 1:
            yield run
            run = []
        run.append(each)
    if run:
        yield run
