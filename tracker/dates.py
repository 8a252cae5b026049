"""Days and months as people write them.

May import: errors.
"""

from __future__ import annotations

from datetime import date, timedelta

from tracker.errors import SettingsError

_YEARS = range(1000, 9000)  # those beside them have no month before, or none after


def day(value: str | date) -> date:
    """Return the day that YYYY-MM-DD names; raise SettingsError for anything else."""
    if isinstance(value, date):
        return value
    try:
        named = date.fromisoformat(value)
    except ValueError:
        raise SettingsError(f"{value!r} is not a day; write YYYY-MM-DD, for example 2026-11-22") from None
    if named.year not in _YEARS:
        raise SettingsError(f"{value!r} is in no year that anything is told of, {_YEARS[0]} to {_YEARS[-1]}")
    return named


def month(value: str | date) -> date:
    """Return the first day of the month that YYYY-MM, or a day in it, names; raise SettingsError for anything else."""
    try:
        return day(f"{value}-01" if _is_month(value) else value).replace(day=1)
    except SettingsError:
        raise SettingsError(f"{value!r} is not a month; write YYYY-MM, for example 2026-10") from None


def first_of(value: str | date) -> date:
    """Return the first day of a month, or the day that is named."""
    return month(value) if _is_month(value) else day(value)


def last_of(value: str | date) -> date:
    """Return the last day of a month, or the day that is named."""
    return last_day(month(value)) if _is_month(value) else day(value)


def _is_month(value: str | date) -> bool:
    return isinstance(value, str) and len(value) == len("YYYY-MM")


def last_day(month: date) -> date:
    """Return the last day of a month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
