"""What shares of several months together allow a title to state: who gained and who lost between two such periods."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from tracker.findings.chance import Share, gains
from tracker.findings.monthly import read, the

NONE = Share(0.0, None, None, 0)


def pooled(frame: pl.DataFrame, group: str, nameless: Collection[str], months: Sequence[str]) -> dict[str, Share]:
    """Return the share of each named group in months taken together, each month by the number of its models."""
    held = [month for month in read(frame, group, nameless, months) if any(each.n for each in month.shares.values())]
    sizes = [max(each.n for each in month.shares.values()) for month in held]
    n = sum(sizes)
    if not n:
        return {}

    def mean(values: Sequence[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        if len(known) < len(values):
            return None
        return sum(value * size for value, size in zip(known, sizes, strict=True)) / n

    found = {}
    for name in held[0].shares:
        shares = [month.shares[name] for month in held]
        share = mean([each.share for each in shares]) or 0.0
        found[name] = Share(share, mean([each.low for each in shares]), mean([each.high for each in shares]), n)
    return found


def moved(before: Share, after: Share) -> bool:
    """Say whether a share changed beyond chance, whatever the untraced parts are."""
    return gains(before, after) or gains(after, before)


def headline(before: Mapping[str, Share], after: Mapping[str, Share], period: str) -> str:
    """Return who gained and lost most `period` (in a year), empty where bounds or chance forbid to say so."""
    changes = {
        name: after[name].share - before.get(name, NONE).share
        for name in after
        if moved(before.get(name, NONE), after[name])
    }
    ranked = sorted(changes, key=lambda name: (-changes[name], name))
    up = [name for name in ranked if changes[name] > 0][:1]
    down = [name for name in ranked if changes[name] < 0][-1:]
    if up and down:
        lost = f"{the(down[0])} has lost {_points(changes[down[0]])}"
        return f"{_start(up[0])} has gained {_counted(changes[up[0]])} {period}, {lost}"
    one = [*up, *down]
    verb = "gained" if up else "lost"
    return f"{_start(one[0])} has {verb} {_counted(changes[one[0]])} {period}" if one else ""


def _start(name: str) -> str:
    said = the(name)
    return said[0].upper() + said[1:]


def _points(change: float) -> str:
    return f"{100 * abs(change):.1f}"


def _counted(change: float) -> str:
    return f"{_points(change)} point{'' if _points(change) == '1.0' else 's'}"
