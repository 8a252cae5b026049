"""A week as ISO 8601 counts it: Monday to Sunday, in the year that its Thursday is in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.errors import SettingsError

_WRITTEN = re.compile(r"(\d{4})-?W(\d{2})", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Week:
    """A week of an ISO year, which is not always the calendar's: 1 January 2027 is in 2026-W53."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Week:
        """Return the week of a day."""
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @classmethod
    def read(cls, text: str) -> Week:
        """Return the week that YYYY-Www names; raise SettingsError for what is none, or a week the year lacks."""
        match = _WRITTEN.fullmatch(text.strip())
        if match is None:
            raise SettingsError(f"{text!r} is not a week; write YYYY-Www, for example 2026-W47")
        year, number = int(match[1]), int(match[2])
        last = date(year, 12, 28).isocalendar().week
        if not 1 <= number <= last:
            raise SettingsError(f"{year} has no week {number}: its last is {year}-W{last}")
        return cls(year, number)

    @property
    def monday(self) -> date:
        """Its first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)

    def __str__(self) -> str:
        """Return YYYY-Www, which sorts as the weeks do."""
        return f"{self.year}-W{self.number:02d}"
