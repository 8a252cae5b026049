"""Stalls of cohorts, and the catch-ups that repay them: night by night, all cohorts beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import inf

from tracker.flow.chance import beyond
from tracker.flow.debts import Debt
from tracker.flow.shapes import ClassNight, Incident
from tracker.flow.thresholds import (
    DIP_BELOW,
    FEWEST_MOVERS,
    LEAST_DAY,
    LOW,
    SLOWED_ABOVE_USUAL,
    STEADY,
    UNMOVED_ABOVE_USUAL,
    UNTRIED,
    VAGUE,
)
from tracker.flow.together import Owed, is_paid, pays
from tracker.flow.usual import Usual


class _Cohort:
    """One cohort as its nights go by."""

    def __init__(self) -> None:
        self.usual = Usual()
        self.debt: Debt | None = None
        self.found: list[Incident] = []

    def stalled(self, night: ClassNight) -> bool | None:
        """Say whether the cohort stood still; None where it is too small to say."""
        if night.movers < FEWEST_MOVERS:
            return None
        usual, share = self.usual.unmoved(), night.unmoved / night.movers
        if share - usual >= UNMOVED_ABOVE_USUAL and beyond(night.unmoved, night.movers, usual):
            return True
        return self._is_low(night)

    def _is_low(self, night: ClassNight) -> bool | None:
        """Say whether most models show little, and all together too; None where sums vary too much to say."""
        amount, surplus = self.usual.amount(night), self.usual.surplus()
        if not (self.usual.is_known() or night.expected) or amount < LEAST_DAY * night.days:
            return False
        usual, share = self.usual.slowed(), night.slowed / night.movers
        is_most = share > max(usual, 0.5)
        is_dip = share - usual >= SLOWED_ABOVE_USUAL and beyond(night.slowed, night.movers, usual)
        if (is_most or is_dip) and surplus > VAGUE:
            return None
        return (is_most and night.increase < LOW * amount) or (is_dip and night.increase < DIP_BELOW * amount)

    def owed(self, night: ClassNight) -> Owed | None:
        """Return what a night brings, where something is owed."""
        if self.debt is None:
            return None
        usual = self.usual.amount(night)
        surplus = self.usual.surplus() if self.usual.is_tried() else UNTRIED
        is_judged = night.movers >= FEWEST_MOVERS
        came = min(night.increase - usual, self.debt.rest)
        return Owed(self.debt, came, max(1.0, surplus * usual) if is_judged else inf, is_judged and surplus <= STEADY)

    def take(self, night: ClassNight, *, stalled: bool, is_paying: bool) -> None:
        """Take the next night in."""
        if stalled:
            self.debt = self.debt or Debt()
            self.debt.stand_still(night, self.usual.amount(night))
        elif self.debt and is_paying:
            self.debt.pay(night, self.usual.amount(night))
        else:
            self.usual.note(night)

    def close(self, *, is_open: bool) -> None:
        """Say what the stall was."""
        if self.debt:
            self.found += self.debt.incidents(is_open=is_open)
        self.debt = None


def stalls(nights: Sequence[ClassNight], order: Sequence[str]) -> list[Incident]:
    """Return the stalls and catch-ups of a chain's nights, which are by date; `order` is of cohorts, the oldest first.

    Whoever freezes, the models created at about the same time freeze too, and all are repaid together. So a cohort that
    is too small to say that it stands still does what its neighbour does, the older one first; and one whose days vary
    too much to say what came late is repaid with those that stood still with it.
    """
    cohorts: dict[str, _Cohort] = {name: _Cohort() for name in order}
    for of_day in _by_day(nights):
        there = {name: cohorts[name] for name in order if name in of_day}
        for name, cohort in there.items():
            if cohort.debt and cohort.debt.is_over(of_day[name].last_label):
                cohort.close(is_open=False)
        stalled = _filled({name: cohort.stalled(of_day[name]) for name, cohort in there.items()})
        groups = _groups(there, of_day, stalled)
        paying = {name for group in groups for name, owed in group.items() if pays(owed, [*group.values()])}
        for name, cohort in there.items():
            cohort.take(of_day[name], stalled=stalled[name], is_paying=name in paying)
        for group in groups:
            for name in [name for name, owed in group.items() if is_paid(owed, [*group.values()])]:
                cohorts[name].close(is_open=False)
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


def _groups(
    cohorts: Mapping[str, _Cohort], of_day: Mapping[str, ClassNight], stalled: Mapping[str, bool]
) -> list[dict[str, Owed]]:
    """Return what a night brings to those that are owed something, by the last night that they stood still on."""
    groups: dict[date, dict[str, Owed]] = {}
    for name, cohort in cohorts.items():
        owed = None if stalled[name] else cohort.owed(of_day[name])
        if owed:
            groups.setdefault(owed.debt.since, {})[name] = owed
    return list(groups.values())
