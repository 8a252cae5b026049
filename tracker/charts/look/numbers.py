"""Numbers and dates as figures write them: shares, changes, counts in one unit, months and days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"))
MINUS = "−"


def percent(share: float, places: int = 1) -> str:
    """Return a share (0 to 1) in per cent; what is more than nothing is never written as nothing."""
    least = 0.5 / 10**places
    if 0 < 100 * share < least:
        return f"<{2 * least:g}%"
    return f"{100 * share:.{places}f}%"


def label(share: float) -> str:
    """Return a share beside a mark: no decimal from 10 % up, one below."""
    return percent(share, 0 if share >= 0.0995 or not share else 1)


def between(low: float, high: float) -> str:
    """Return bounds as a range with one percent sign."""
    one, other = f"{100 * low:.0f}", f"{100 * high:.0f}"
    return f"{one}%" if one == other else f"{one}–{other}%"


def points(change: float, places: int = 1) -> str:
    """Return a change of shares in points, signed, with a real minus."""
    shown = f"{100 * abs(change):.{places}f}"
    return shown if not float(shown) else ("+" if change > 0 else MINUS) + shown


def signed(change: float) -> str:
    """Return a relative change (0.031) as people write it, +3.1%, with a real minus."""
    shown = f"{100 * abs(change):.1f}" if abs(change) < 0.1 else f"{100 * abs(change):.0f}"
    return ("±" if not float(shown) else "+" if change > 0 else MINUS) + shown + "%"


def count(number: float) -> str:
    """Return a whole number with commas."""
    return f"{round(number):,}"


def short(number: float) -> str:
    """Return a count in three figures at most: 950, 12.4K, 3.4M, 1.2B, 63.7T."""
    for size, letter in _UNITS:
        if abs(number) >= size * 0.9995:
            scaled = number / size
            places = 0 if abs(scaled) >= 99.95 else 1 if abs(scaled) >= 9.995 else 2
            return f"{scaled:.{places}f}{letter}"
    return f"{number:.0f}"


def in_one_unit(numbers: Iterable[float]) -> list[str]:
    """Return the labels of one axis, all in the unit of the largest: never 10,000 beside 7.5K."""
    held = list(numbers)
    top = max(map(abs, held), default=0)
    size, letter = next(((size, letter) for size, letter in _UNITS[:3] if top >= size), (1.0, ""))
    return [f"{each / size:,.10g}{letter}" if each else "0" for each in held]


def small(number: int) -> str:
    """Return a number in a title: in words up to twelve."""
    return _SMALL[number] if 0 <= number < len(_SMALL) else f"{number:,}"


def month(name: str) -> str:
    """Return YYYY-MM as charts write it: Oct 2026."""
    return f"{MONTHS[int(name[5:7]) - 1]} {name[:4]}"


def day(value: date) -> str:
    """Return a day as charts write it: 21 Nov 2026."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
