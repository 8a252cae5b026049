"""Whoever stood still together is repaid together: what one class cannot tell from chance, all of them can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import hypot

from tracker.flow.debts import Debt
from tracker.flow.thresholds import ALONE, PIECE, REPAID


@dataclass(frozen=True)
class Owed:
    """What a night brings to a cohort that is owed something, in downloads."""

    debt: Debt
    came: float  # beyond what is usual, at most what is still owed
    chance: float  # as much more than usual comes by chance, above 0
    is_steady: bool  # its downloads alone can say what comes late


def pays(owed: Owed, group: Sequence[Owed]) -> bool:
    """Say whether the night repays a cohort; `group` are those that stood still last on the same night, and it.

    It follows the others where it cannot say, and otherwise but where its own downloads deny it: too few where the
    others are paid, most of what it lacks where they are not.
    """
    if _is_payment(group):
        return not owed.is_steady or owed.came >= PIECE * owed.debt.rest
    return owed.is_steady and _is_payment([owed]) and owed.came >= ALONE * owed.debt.rest


def is_paid(owed: Owed, group: Sequence[Owed]) -> bool:
    """Say whether a cohort, or all that stood still with it, have what they were owed."""
    alone = owed.debt.is_small() or owed.debt.paid >= REPAID * owed.debt.owed
    return (alone and owed.is_steady) or _fitted(group, lambda debt: debt.owed, lambda each: each.debt.paid) >= REPAID


def _is_payment(group: Sequence[Owed]) -> bool:
    """Say whether more has come than chance brings, as much as a piece of what is still owed, and to most of them."""
    voices = [each.debt.rest / each.chance for each in group]
    paid = sum(voice for voice, each in zip(voices, group, strict=True) if each.came >= PIECE * each.debt.rest)
    part = _fitted(group, lambda debt: debt.rest, lambda each: each.came)
    chance = 1 / max(hypot(*voices), 1e-9)
    return part > max(chance, PIECE) and 2 * paid >= sum(voices)


def _fitted(group: Sequence[Owed], of: Callable[[Debt], float], what: Callable[[Owed], float]) -> float:
    """Return the part of their debts that fits best to what all have, those that vary little above the others."""
    amounts = [(of(each.debt) / each.chance, what(each) / each.chance) for each in group]
    return sum(owed * had for owed, had in amounts) / max(sum(owed * owed for owed, _ in amounts), 1e-9)
