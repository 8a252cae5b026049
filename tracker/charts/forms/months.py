"""Months as charts draw them: every one from the first to the last, which are thin, which is the last whole one."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from tracker.charts.look.facts import Facts
from tracker.findings.chance import THIN
from tracker.findings.monthly import spelt

FEWEST = 4  # whole months: with fewer no line is drawn


@dataclass(frozen=True)
class Months:
    """`every` month from first to last, `sizes` (models in the denominator), those `drawn`, the `last` whole one.

    A thin month is not drawn: a column of ten models would stand as tall as one of thousands. `last` is empty where
    no month is drawn.
    """

    every: Sequence[str]
    sizes: Mapping[str, int]
    drawn: frozenset[str]
    last: str
    snapshot_date: date

    @property
    def running(self) -> bool:
        """Whether the newest month that is drawn is not over."""
        return bool(self.drawn) and max(self.drawn) > self.last

    @property
    def whole(self) -> list[str]:
        """The whole months that are drawn."""
        return [month for month in sorted(self.drawn) if month <= self.last]

    def heads(self) -> list[str]:
        """Return what hovering says of each month: its name and how many models it counts."""
        return [f"{spelt(month)}\tn = {self.sizes.get(month, 0):,}" for month in self.every]

    def notes(self, running: str) -> list[str]:
        """Return sentences on the month that is not over, drawn `running` (Hatched, Dotted), and on thin ones."""
        parts = []
        if self.running:
            newest, days = max(self.drawn), monthrange(self.snapshot_date.year, self.snapshot_date.month)[1]
            parts.append(
                f"{running}: {spelt(newest)} to date ({self.snapshot_date.day} of {days} days, "
                f"n = {self.sizes[newest]:,})."
            )
        thin = [month for month in self.sizes if month not in self.drawn]
        if thin:
            only = f"{thin[0]} (n = {self.sizes[thin[0]]:,})"
            named = only if len(thin) == 1 else f"{len(thin)} from {thin[0]} to {thin[-1]}"
            parts.append(f"Left out as thin, with fewer than {THIN} models: {named}.")
        return parts


def read(frame: pl.DataFrame, facts: Facts, newest: int) -> Months:
    """Return the `newest` months of rows of `month` and `n`."""
    held = frame["month"].unique().sort().to_list()[-newest:]
    counted = (
        frame.filter(pl.col("month").is_in(held))
        .group_by("month", maintain_order=True)
        .agg(pl.col("n").max())
        .sort("month")
    )
    sizes = {str(month): int(n) for month, n in counted.iter_rows()}
    drawn = frozenset(month for month, n in sizes.items() if n >= THIN)
    last = max((month for month in drawn if month < _running(facts.snapshot_date)), default="")
    return Months(between(sorted(drawn) or held), sizes, drawn, last or max(drawn, default=""), facts.snapshot_date)


def whole(months: Iterable[str], snapshot_date: date) -> list[str]:
    """Return the months that were over on the snapshot's day, in order."""
    return sorted(month for month in months if month < _running(snapshot_date))


def between(months: Sequence[str]) -> list[str]:
    """Return every month from the first to the last, those without rows too: a gap is drawn as a gap."""
    if not months:
        return []
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (min(months), max(months)))
    return [f"{at // 12}-{at % 12 + 1:02d}" for at in range(first, last + 1)]


def last_whole(snapshot_date: date) -> str:
    """Return the last month that was over on the snapshot's day."""
    year, month = divmod(snapshot_date.year * 12 + snapshot_date.month - 2, 12)
    is_over = _running(snapshot_date) == "9999-12"
    return f"{snapshot_date:%Y-%m}" if is_over else f"{year}-{month + 1:02d}"


def _running(snapshot_date: date) -> str:
    """Return the month that was not over on the snapshot's day."""
    is_over = monthrange(snapshot_date.year, snapshot_date.month)[1] == snapshot_date.day
    return "9999-12" if is_over else f"{snapshot_date:%Y-%m}"
