"""The usual downloads of a cohort, from earlier nights without an incident."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from statistics import median

from tracker.flow.shapes import ClassNight
from tracker.flow.thresholds import FEWEST_USUAL, SHARE_FLOOR, SURPLUS, USUAL_NIGHTS, WEEKDAY_NIGHTS

_GROWTH = 1.5  # the largest factor between an expected day, by the 30-day counters, and the median of the days before
_WEEKDAY = 0.5  # the factor of a weekday is between this and its inverse
_FEWEST_SHARES = 3  # shares of models are known after fewer nights than sums
_NOISE = 3 * 1.4826  # median absolute deviations in three standard deviations


@dataclass
class Usual:
    """The last 15 nights of a cohort that were not flagged; before there are enough, the values of most cohorts."""

    _ratios: deque[float] = field(default_factory=lambda: deque(maxlen=USUAL_NIGHTS))  # of a day to what is expected
    _days: deque[float] = field(default_factory=lambda: deque(maxlen=USUAL_NIGHTS))  # downloads a day
    _misses: deque[float] = field(default_factory=lambda: deque(maxlen=USUAL_NIGHTS))  # by a share of the expected
    _unmoved: deque[float] = field(default_factory=lambda: deque(maxlen=USUAL_NIGHTS))
    _slowed: deque[float] = field(default_factory=lambda: deque(maxlen=USUAL_NIGHTS))
    _weekdays: dict[int, deque[float]] = field(default_factory=dict)

    def note(self, night: ClassNight) -> None:
        """Add a night without an incident."""
        day, amount = night.increase / night.days, self.amount(night)
        if self.is_known() and amount > 0:
            self._misses.append(night.increase / amount - 1)
        if night.movers:
            self._unmoved.append(night.unmoved / night.movers)
            self._slowed.append(night.slowed / night.movers)
        if night.days == 1 and (level := self._level(night)):
            weekday = self._weekdays.setdefault(night.last_label.weekday(), deque(maxlen=WEEKDAY_NIGHTS))
            weekday.append(day / level)
        if night.expected > 0:
            self._ratios.append(day / night.expected)
        self._days.append(day)

    def is_known(self) -> bool:
        """Return whether there are enough nights to know a usual sum."""
        return len(self._days) >= FEWEST_USUAL

    def is_tried(self) -> bool:
        """Return whether expectations were compared with enough nights to know their error."""
        return len(self._misses) >= FEWEST_USUAL

    def unmoved(self) -> float:
        """Return the usual share of movers that stand still."""
        return max(SHARE_FLOOR, _median(self._unmoved, SHARE_FLOOR, _FEWEST_SHARES))

    def slowed(self) -> float:
        """Return the usual share of movers with less than half of their day."""
        return min(0.99, max(SHARE_FLOOR, _median(self._slowed, 0.2, _FEWEST_SHARES)))

    def amount(self, night: ClassNight) -> float:
        """Return the downloads expected of all days of a night."""
        level = self._level(night)
        if night.days > 1:
            return level * night.days
        return level * self._weekday(night.last_label)

    def surplus(self) -> float:
        """Return the surplus above which a night is beyond noise, as a share of the usual."""
        if not self.is_tried():
            return 2 * SURPLUS
        return max(SURPLUS, _NOISE * median(map(abs, self._misses)))

    def _level(self, night: ClassNight) -> float:
        """Return a usual day's downloads: by the 30-day counters, which follow growth, within _GROWTH of past days."""
        expected = night.expected * _median(self._ratios, 1.0)
        if not self.is_known():
            return expected
        middle = median(self._days)
        return min(max(expected, middle / _GROWTH), middle * _GROWTH)

    def _weekday(self, label: date) -> float:
        found = self._weekdays.get(label.weekday(), ())
        if len(found) < WEEKDAY_NIGHTS - 1:
            return 1.0
        return min(max(median(found), _WEEKDAY), 1 / _WEEKDAY)


def _median(values: Iterable[float], otherwise: float, fewest: int = FEWEST_USUAL) -> float:
    found = list(values)
    return median(found) if len(found) >= fewest else otherwise
