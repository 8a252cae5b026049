"""Cohorts that stood still together are repaid together: one alone cannot tell a payment from chance, all can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import hypot

from tracker.flow.debts import Debt
from tracker.flow.thresholds import ALONE, PIECE, REPAID


@dataclass(frozen=True)
class Owed:
    """What a night pays of a cohort's debt, in downloads."""

    debt: Debt
    came: float  # beyond the usual, at most what is still owed
    chance: float  # the surplus that chance explains, above 0
    is_steady: bool  # its own downloads can tell what came late


def pays(owed: Owed, group: Sequence[Owed]) -> bool:
    """Return whether the night repays a cohort; `group`: all that last stood still on the same night, itself included.

    A cohort that is not steady follows the group. A steady one also does, unless its own downloads contradict: too few
    if the group is paid, most of what it lacks if the group is not.
    """
    if _is_payment(group):
        return not owed.is_steady or owed.came >= PIECE * owed.debt.rest
    return owed.is_steady and _is_payment([owed]) and owed.came >= ALONE * owed.debt.rest


def is_paid(owed: Owed, group: Sequence[Owed]) -> bool:
    """Return whether the debt of a cohort, or of its group as a whole, is paid."""
    alone = owed.debt.is_small() or owed.debt.paid >= REPAID * owed.debt.owed
    return (alone and owed.is_steady) or _fitted(group, lambda debt: debt.owed, lambda each: each.debt.paid) >= REPAID


def _is_payment(group: Sequence[Owed]) -> bool:
    """Return whether a group got more than chance explains and a PIECE of what is owed, and most of it got that."""
    voices = [each.debt.rest / each.chance for each in group]
    paid = sum(voice for voice, each in zip(voices, group, strict=True) if each.came >= PIECE * each.debt.rest)
    part = _fitted(group, lambda debt: debt.rest, lambda each: each.came)
    chance = 1 / max(hypot(*voices), 1e-9)
    return part > max(chance, PIECE) and 2 * paid >= sum(voices)


def _fitted(group: Sequence[Owed], of: Callable[[Debt], float], what: Callable[[Owed], float]) -> float:
    """Return the share of their debts that fits best to what they got, weighted towards cohorts that vary little."""
    amounts = [(of(each.debt) / each.chance, what(each) / each.chance) for each in group]
    return sum(owed * had for owed, had in amounts) / max(sum(owed * owed for owed, _ in amounts), 1e-9)
