"""What levels over nights allow a title to state: who leads, whom it overtook, who grew; or nothing.

Downloads are counted, not sampled, so what speaks against a finding is the part that could belong to anybody, and
that counters move by some per cent from night to night.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from tracker.findings.monthly import the

LEVEL = 1.05  # closer than this, one is not ahead of the other
LASTING = timedelta(days=7)  # one weekly cycle: an overtaking that is younger may be a weekend

Values = Sequence[float]


def headline(nights: Sequence[date], named: Mapping[str, Values], loose: Values) -> str:
    """Return what may be stated of the last night, empty where nothing may.

    `named` has each group's value of every night, `loose` what of that night could belong to any group.
    """
    ranked = sorted(named, key=lambda group: (-named[group][-1], group))
    if len(ranked) < 2:
        return ""
    first, second = ranked[:2]
    grown = [group for group in ranked if named[group][0] and _clears(named[group][-1], named[group][0] + loose[0])]
    if not _clears(named[first][-1], named[second][-1] + loose[-1]):
        grown.sort(key=lambda group: named[group][0] / named[group][-1])
        return f"Downloads of models from {the(grown[0])} {_up(nights, named[grown[0]])}" if grown else ""
    lead = f"Models from {the(first)} lead in downloads"
    if named[second][-1]:
        times = named[first][-1] / named[second][-1]
        lead = f"Models from {the(first)} lead: {times:.1f} times the downloads of {the(second)}"
    since = _overtook(nights, named[first], named[second], loose)
    parts = [lead] + ([f"ahead since {_day(since)}"] if since else [])
    return ", ".join(parts + ([_up(nights, named[first])] if first in grown else []))


def _clears(value: float, other: float) -> bool:
    return value > LEVEL * other


def _overtook(nights: Sequence[date], first: Values, second: Values, loose: Values) -> date | None:
    """Return since when the first has been ahead, where the second led before and that has lasted to the end."""
    behind = [at for at in range(len(nights)) if first[at] <= second[at]]
    if not behind or nights[-1] - nights[behind[-1] + 1] < LASTING:
        return None
    led = any(_clears(second[at], first[at] + loose[at]) for at in behind)
    return nights[behind[-1] + 1] if led else None


def _up(nights: Sequence[date], values: Values) -> str:
    return f"up {values[-1] / values[0] - 1:.0%} since {_day(nights[0])}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
