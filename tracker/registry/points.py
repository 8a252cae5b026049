"""The points of a claim: what is said of which period and group, and whether a computed figure agrees.

A claim holds one or several points, `2026-02 Qwen = 0.69; 2024-01 Qwen = 0.01`. A period is a month, a day or
`DAY..DAY`; a group may be a quotient `CN / US`; a value is `= 0.69`, `> 0.4`, `< 1` or a range `= 180..210`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date

from tracker.words import DIFFERS, REPRODUCED, WITHIN_BAND

NOISE = 1e-9  # of doubles: 0.38 is 5 % from 0.4, although its distance comes out as 0.05000000000000004

_POINT = re.compile(
    r"^(?P<period>\d{4}-\d{2}(?:-\d{2}(?:\.\.\d{4}-\d{2}-\d{2})?)?)(?: (?P<group>.+?))?"
    r" (?P<operator>[=<>]) (?P<value>\d+(?:\.\d+)?)(?:\.\.(?P<upto>\d+(?:\.\d+)?))?$"
)


@dataclass(frozen=True)
class Point:
    """One statement: in this period, this group's figure is (=), is above (>) or is below (<) a value."""

    text: str
    first: date
    until: date
    is_day: bool
    group: str
    operator: str
    value: float
    upto: float

    @property
    def period(self) -> str:
        """The period as it was written."""
        return self.text.split(" ", 1)[0]

    @property
    def groups(self) -> tuple[str, ...]:
        """The group, or both groups of a quotient."""
        return tuple(self.group.split(" / "))

    @property
    def label(self) -> str:
        """The period and the group, without what is said of them."""
        return f"{self.period} {self.group}".strip()

    @property
    def is_month(self) -> bool:
        """Whether the period is one whole month."""
        return _days(f"{self.first:%Y-%m}") == (self.first, self.until)

    @property
    def months(self) -> list[Point]:
        """The same statement of each month that the period touches."""
        said = self.text.split(" ", 1)[1]
        numbers = range(12 * self.first.year + self.first.month - 1, 12 * self.until.year + self.until.month)
        each = (_point(f"{number // 12}-{number % 12 + 1:02d} {said}") for number in numbers)
        return [replace(month, group=self.group) for month in each]

    def nearest(self, computed: float) -> float:
        """Return what is said that lies nearest to `computed`: itself where it agrees."""
        agrees = {
            ">": computed >= self.value,
            "<": computed <= self.value,
            "=": self.value <= computed <= self.upto,
        }
        if agrees[self.operator]:
            return computed
        return self.upto if self.operator == "=" and computed > self.upto else self.value

    def gap(self, computed: float) -> float:
        """Return how far `computed` lies from what is said, in its own unit; 0 where it agrees."""
        return abs(computed - self.nearest(computed))

    def distance(self, computed: float) -> float:
        """Return the gap relative to what is said, infinite for another figure than a zero."""
        gap, said = self.gap(computed), abs(self.nearest(computed))
        if not gap:
            return 0.0
        return gap / said if said else float("inf")


def parse(text: str) -> list[Point]:
    """Read the points of a claim; raise ValueError that says which one is not readable."""
    return [_point(each.strip()) for each in text.split(";") if each.strip()]


def verdict(distances: list[float], tolerance: float, band: float) -> str:
    """Return the verdict on a claim whose points lie so far from ours: the farthest decides."""
    farthest = max(distances)
    if farthest <= tolerance + NOISE:
        return REPRODUCED
    return WITHIN_BAND if farthest <= band + NOISE else DIFFERS


def _point(text: str) -> Point:
    match = _POINT.match(text)
    if match is None:
        raise ValueError(f"{text!r} is no point; write PERIOD GROUP = VALUE, for example 2026-02 Qwen = 0.69")
    first, until = _days(match["period"])
    value = float(match["value"])
    return Point(
        text=text,
        first=first,
        until=until,
        is_day=first == until,
        group=match["group"] or "",
        operator=match["operator"],
        value=value,
        upto=float(match["upto"] or value),
    )


def _days(period: str) -> tuple[date, date]:
    if ".." in period:
        first, until = period.split("..")
        return date.fromisoformat(first), date.fromisoformat(until)
    if len(period) == len("2026-02"):
        first_day = date.fromisoformat(f"{period}-01")
        return first_day, first_day.replace(day=monthrange(first_day.year, first_day.month)[1])
    return date.fromisoformat(period), date.fromisoformat(period)
