"""What all that was ever made allows to state: who leads, or passed whom, and how long after it did in new ones."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.findings.chance import leads, overtakes
from tracker.findings.monthly import Month, percent, spelt, the

_SMALL = ("", "one month", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def stated(so_far: Sequence[Month], new: Sequence[Month]) -> str:
    """Return what may be stated of the last month: a crossing for good, else a lead, else nothing.

    `so_far` has the shares of all that was made up to the end of each month, `new` those of the months' own.
    """
    if not so_far or not so_far[-1].shares:
        return ""
    last = so_far[-1]
    first = max(last.shares, key=lambda name: (last.shares[name].share, name))
    over = overtakes([month.shares for month in so_far], first)
    if over:
        since, other = over
        before = _months_after(so_far[since].month, other, first, new)
        return f"Counting all ever made, {first} passed {the(other)} in {spelt(so_far[since].month)}{before}"
    if leads(last.shares[first], [share for name, share in last.shares.items() if name != first]):
        return f"Counting all ever made, {first} leads with {percent(last.shares[first].share)} in {spelt(last.month)}"
    return ""


def _months_after(month: str, other: str, first: str, new: Sequence[Month]) -> str:
    """Return how many months after the crossing in new ones it is, empty where there was no such crossing before."""
    over = overtakes([each.shares for each in new], first) if new and first in new[-1].shares else None
    if not over or over[1] != other:
        return ""
    months = _number(month) - _number(new[over[0]].month)
    if months <= 0:
        return ""
    many = _SMALL[months] if months < len(_SMALL) else str(months)
    return f", {many}{' months' * (months > 1)} after it did in new ones"


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7])
