"""Stalls of cohorts and the catch-ups that repay them, judged night by night for all cohorts together."""

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
    """The state of one cohort while its nights are judged in order."""

    def __init__(self) -> None:
        self.usual = Usual()
        self.debt: Debt | None = None
        self.found: list[Incident] = []

    def stalled(self, night: ClassNight) -> bool | None:
        """Return whether the cohort stood still; None if it is too small to tell."""
        if night.movers < FEWEST_MOVERS:
            return None
        usual, share = self.usual.unmoved(), night.unmoved / night.movers
        if share - usual >= UNMOVED_ABOVE_USUAL and beyond(night.unmoved, night.movers, usual):
            return True
        return self._is_low(night)

    def _is_low(self, night: ClassNight) -> bool | None:
        """Return whether many models and their sum are low; None if sums of the cohort vary too much to tell."""
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
        """Return what a night pays of the cohort's debt; None if nothing is owed."""
        if self.debt is None:
            return None
        usual = self.usual.amount(night)
        surplus = self.usual.surplus() if self.usual.is_tried() else UNTRIED
        is_judged = night.movers >= FEWEST_MOVERS
        came = min(night.increase - usual, self.debt.rest)
        return Owed(self.debt, came, max(1.0, surplus * usual) if is_judged else inf, is_judged and surplus <= STEADY)

    def take(self, night: ClassNight, *, stalled: bool, is_paying: bool) -> None:
        """Add the next night."""
        if stalled:
            self.debt = self.debt or Debt()
            self.debt.stand_still(night, self.usual.amount(night))
        elif self.debt and is_paying:
            self.debt.pay(night, self.usual.amount(night))
        else:
            self.usual.note(night)

    def close(self, *, is_open: bool) -> None:
        """End the debt and add its incidents to `found`."""
        if self.debt:
            self.found += self.debt.incidents(is_open=is_open)
        self.debt = None


def stalls(nights: Sequence[ClassNight], order: Sequence[str]) -> list[Incident]:
    """Return the stalls and catch-ups of a chain, from its nights by date; `order` is the cohorts, the oldest first.

    Models that were created at about the same time freeze together, and are repaid together. So a cohort that is too
    small to tell whether it stands still follows its neighbour, the older one first. A cohort whose days vary too much
    to tell what came late is repaid with the cohorts that stood still with it.
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
    """Return whether each cohort stood still; one with None takes the verdict of its neighbour."""
    names = list(said)
    found: dict[str, bool] = {}
    for at, name in enumerate(names):
        near = (said[each] for each in (name, *reversed(names[:at]), *names[at + 1 :]))
        found[name] = next((each for each in near if each is not None), False)
    return found


def _groups(
    cohorts: Mapping[str, _Cohort], of_day: Mapping[str, ClassNight], stalled: Mapping[str, bool]
) -> list[dict[str, Owed]]:
    """Return what a night pays to each cohort with a debt, grouped by the last night on which they stood still."""
    groups: dict[date, dict[str, Owed]] = {}
    for name, cohort in cohorts.items():
        owed = None if stalled[name] else cohort.owed(of_day[name])
        if owed:
            groups.setdefault(owed.debt.since, {})[name] = owed
    return list(groups.values())
