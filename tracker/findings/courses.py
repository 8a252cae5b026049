"""What the course of one group's share allows to state: its peak, what it gained or lost, since when it is first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from tracker.findings.chance import Share, gains, leads, overtakes
from tracker.findings.monthly import YEAR, Month, percent, spelt, the


def peak(months: Sequence[Month], name: str) -> int | None:
    """Return the month in which a share was largest, where it has fallen since beyond bounds and chance.

    The largest of many months is large by chance as well, so a month beside it must be as far ahead of the last.
    """
    shares = [month.shares[name] for month in months if name in month.shares]
    if len(shares) != len(months) or len(shares) < 3:
        return None
    at = max(range(len(shares)), key=lambda each: (shares[each].share, -each))
    beside = [shares[each] for each in (at - 1, at + 1) if 0 <= each < len(shares) - 1]
    fell = gains(shares[-1], shares[at]) and any(gains(shares[-1], each) for each in beside)
    return at if fell else None


def peaked(months: Sequence[Month], name: str) -> str:
    """Return that a group peaked and where it stands, empty where it may not be stated."""
    at = peak(months, name)
    if at is None:
        return ""
    high, last = months[at], months[-1]
    stands = percent(last.shares[name].share)
    return f"{name} peaked at {percent(high.shares[name].share)} in {spelt(high.month)} and stands at {stands}"


def passed(months: Sequence[Month], name: str) -> str:
    """Return since when a group has led, and whom it passed then, empty where it passed nobody for good."""
    over = overtakes([month.shares for month in months], name) if months and name in months[-1].shares else None
    if not over:
        return ""
    share = percent(months[-1].shares[name].share)
    return f"{name} passed {the(over[1])} in {spelt(months[over[0]].month)} and leads with {share}"


def moved(months: Sequence[Month], names: Collection[str]) -> list[tuple[str, float]]:
    """Return who gained or lost over a year beyond bounds and chance, and how many points, the largest move first."""
    if len(months) < 2:
        return []
    before, last = months[-YEAR - 1 :][0], months[-1]
    found = []
    for name in names:
        if name in last.shares and name in before.shares:
            one, other = before.shares[name], last.shares[name]
            if gains(one, other) or gains(other, one):
                found.append((name, 100 * (other.share - one.share)))
    return sorted(found, key=lambda each: (-abs(each[1]), each[0]))


def told(months: Sequence[Month], moves: Sequence[tuple[str, float]]) -> str:
    """Return who gained and who lost most, empty where nobody did."""
    if not moves:
        return ""
    gained = next((each for each in moves if each[1] > 0), None)
    lost = next((each for each in moves if each[1] < 0), None)
    parts = [f"{each[0]} {verb} {_points(each[1])}" for each, verb in ((gained, "gains"), (lost, "loses")) if each]
    return f"{', '.join(parts)} since {spelt(months[-YEAR - 1 :][0].month)}"


def first_since(quarters: Sequence[tuple[str, Mapping[str, Share]]]) -> str:
    """Return who ranks first in the last of the quarters and since when in each; empty where it may not be stated."""
    if not quarters or not quarters[-1][1]:
        return ""
    name = _foremost(quarters[-1][1])
    since = len(quarters)
    for at in reversed(range(len(quarters))):
        if not _is_first(name, quarters[at][1]):
            break
        since = at
    if since == len(quarters):
        return ""
    if since == len(quarters) - 1:
        return f"{name} ranks first in {quarters[-1][0]}"
    return f"{name} ranks first in every quarter since {quarters[since][0]}"


def _points(change: float) -> str:
    return f"{abs(change):.0f} point{'' if round(abs(change)) == 1 else 's'}"


def _is_first(name: str, shares: Mapping[str, Share]) -> bool:
    others = [share for other, share in shares.items() if other != name]
    return name in shares and leads(shares[name], others)


def _foremost(shares: Mapping[str, Share]) -> str:
    return max(shares, key=lambda name: (shares[name].share, name))
