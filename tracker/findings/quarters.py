"""What quarterly shares allow to state of ranks: who is first, and since when without a break."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracker.findings.chance import Share, leads


def first(quarters: Sequence[tuple[str, Mapping[str, Share]]]) -> str:
    """Return who ranks first in the last of the quarters and since when in each; empty where it may not be stated."""
    if not quarters or not quarters[-1][1]:
        return ""
    name = _largest(quarters[-1][1])
    since = len(quarters)
    for at in reversed(range(len(quarters))):
        if not _is_first(name, quarters[at][1]):
            break
        since = at
    if since == len(quarters):
        return ""
    if since == len(quarters) - 1:
        return f"{name} ranks first in {quarters[-1][0]}"
    return f"{name} ranks first in every quarter since {quarters[since][0]}"


def _is_first(name: str, shares: Mapping[str, Share]) -> bool:
    others = [share for other, share in shares.items() if other != name]
    return name in shares and leads(shares[name], others)


def _largest(shares: Mapping[str, Share]) -> str:
    return max(shares, key=lambda name: (shares[name].share, name))
