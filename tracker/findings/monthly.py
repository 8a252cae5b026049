"""What monthly shares allow a title to state: who leads, whom it overtook, who gained; or nothing."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tracker.findings.chance import Share, gains, leads, overtakes

YEAR = 12  # months: a gain is told over the last year, or over what is drawn of it


@dataclass(frozen=True)
class Month:
    """A month (YYYY-MM) and the share of every named group in it, 0 where it has none."""

    month: str
    shares: Mapping[str, Share]


def read(frame: pl.DataFrame, group: str, nameless: Collection[str], months: Sequence[str]) -> list[Month]:
    """Return the months of a frame of `month`, the group, `share`, `low`, `high`, `n`, without `nameless` groups."""
    held = frame.filter(pl.col("month").is_in(list(months)) & pl.col("share").is_not_null())
    names = sorted(set(held[group]) - set(nameless))
    of_month: dict[str, dict[str, Share]] = {month: {} for month in months}
    for month, name, share, low, high, n in held.select("month", group, "share", "low", "high", "n").iter_rows():
        of_month[month][name] = Share(share, low, high, int(n))
    found = []
    for month, shares in of_month.items():
        most = max((each.n for each in shares.values()), default=0)
        # what is untraced could belong to a group without rows as well as to any other
        spans = (each.high - each.low for each in shares.values() if each.low is not None and each.high is not None)
        loose = max(spans, default=None)
        none = Share(0.0, None if loose is None else 0.0, loose, most)
        found.append(Month(month, {name: shares.get(name, none) for name in names}))
    return found


def headline(whole: Sequence[Month], running: Month | None, of: str) -> str:
    """Return what may be stated of the last of the `whole` months, empty where bounds or chance forbid all of it.

    `of` is the denominator. An overtaking must last through the `running` month as well, where there is one.
    """
    if not whole or not whole[-1].shares:
        return ""
    before, last = whole[-YEAR - 1 :][0], whole[-1]
    grown = _grown(before, last)
    first = _largest(last)
    if not leads(last.shares[first], [each for name, each in last.shares.items() if name != first]):
        return _gained(grown[0], before, last, of) if grown else ""
    parts = [f"{first} leads with {percent(last.shares[first].share)} of {of} in {spelt(last.month)}"]
    over = overtakes([each.shares for each in whole], first)
    if over and (running is None or _largest(running) == first):
        parts.append(f"ahead of {the(over[1])} since {spelt(whole[over[0]].month)}")
    if grown:
        who = "up" if first in grown else f"while {grown[0]} gained"
        points = _points(first if first in grown else grown[0], before, last)
        parts.append(f"{who} {points} since {spelt(before.month)}")
    return ", ".join(parts)


def spelt(month: str) -> str:
    """Return a month as people write it: October 2026."""
    year, number = month.split("-")
    return f"{month_name[int(number)]} {year}"


def the(name: str) -> str:
    """Return a name as it stands within a sentence."""
    return {"United States": "the United States", "Other countries": "other countries"}.get(name, name)


def percent(share: float) -> str:
    """Return a share in whole per cent; what is less than one is never written as none."""
    return f"{share:.0%}" if share >= 0.005 or share == 0 else "<1%"


def _largest(month: Month) -> str:
    return max(month.shares, key=lambda name: (month.shares[name].share, name), default="")


def _grown(before: Month, last: Month) -> list[str]:
    """Return the groups whose share grew beyond bounds and chance, the largest gain first."""
    names = [name for name, share in last.shares.items() if gains(before.shares[name], share)]
    return sorted(names, key=lambda name: (before.shares[name].share - last.shares[name].share, name))


def _gained(name: str, before: Month, last: Month, of: str) -> str:
    share = percent(last.shares[name].share)
    points = _points(name, before, last)
    return f"{name} gains {points} since {spelt(before.month)}: {share} of {of} in {spelt(last.month)}"


def _points(name: str, before: Month, last: Month) -> str:
    points = 100 * (last.shares[name].share - before.shares[name].share)
    return f"{points:.0f} point{'' if round(points) == 1 else 's'}"
