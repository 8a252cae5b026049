"""Who makes what is built: derivatives by the country of their publisher and the origin of their root."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tracker.charts.look import colors
from tracker.charts.look.facts import Facts

OPEN = "No known origin"  # of the root: unknown and unreviewed together
COLUMNS = (*colors.NAMED, OPEN)
NO_COUNTRY = {"unknown": "No stated country", "unreviewed": "Not yet reviewed"}  # of the publisher


@dataclass(frozen=True)
class Makers:
    """The derivatives of one country's publishers, by origin of their root."""

    country: str  # ISO code, `unknown` or `unreviewed`
    name: str
    built: Mapping[str, float]

    @property
    def total(self) -> float:
        """All of them, in models."""
        return sum(self.built.values())

    def share(self, origin: str) -> float:
        """Return the part of an origin, 0 to 1."""
        return self.built.get(origin, 0.0) / self.total if self.total else 0.0

    @property
    def is_named(self) -> bool:
        """Whether the publishers' country is known."""
        return self.country not in NO_COUNTRY


def makers(frame: pl.DataFrame, facts: Facts) -> list[Makers]:
    """Return rows of `publisher_country`, `origin_country`, `derivatives` by country: the largest first, then others.

    `unknown` and `unreviewed` publishers are the last.
    """
    held: dict[str, dict[str, float]] = {}
    for country, code, value in frame.select("publisher_country", "origin_country", "derivatives").iter_rows():
        group = colors.group_of(code, facts.europe)
        origin = group if group in colors.NAMED else OPEN
        built = held.setdefault(str(country or "unreviewed"), {})
        built[origin] = built.get(origin, 0.0) + value
    found = [Makers(code, _name(code, facts), built) for code, built in held.items()]
    return sorted(found, key=lambda each: (_place(each.country), -each.total, each.name))


def coverage(every: Sequence[Makers]) -> float:
    """Return which part of the derivatives comes from publishers with a known country."""
    return sum(each.total for each in every if each.is_named) / (sum(each.total for each in every) or 1)


def hue(origin: str) -> tuple[str, str]:
    """Return the role of an origin's marks and that of its text."""
    return ("un1", "uni") if origin == OPEN else (colors.area(origin), colors.ink(origin))


def _place(country: str) -> int:
    return 1 + list(NO_COUNTRY).index(country) if country in NO_COUNTRY else 0


def _name(code: str, facts: Facts) -> str:
    return NO_COUNTRY.get(code) or facts.country_of.get(code, code)
