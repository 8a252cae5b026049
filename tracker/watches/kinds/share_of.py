"""A family whose share of new derivatives drops by so many points from one whole month to the next.

Beyond bounds and chance; each month is told once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tracker.findings.chance import gains
from tracker.findings.monthly import spelt as in_words
from tracker.watches.families import monthly, named, percent
from tracker.watches.watch import Found, Told, Watch

if TYPE_CHECKING:
    from tracker.store import Published


ROUNDING = 1e-9  # points: a drop of just so many is one


def spelt(published: Published, watch: Watch) -> Watch:
    """Return it with the family as the copy spells it; raise UnknownName for one that there is not."""
    return named(published, watch)


def found(published: Published, watch: Watch, told: Told) -> Sequence[Found]:
    """Return the last whole month where the share is that much lower in it than in the one before."""
    name, points = watch.names[0], {point for _, point in told}
    before, last = monthly(published, watch.names)[-2:]
    drop = before.shares[name].share - last.shares[name].share
    is_deep = 100 * drop >= (watch.number or 0) - ROUNDING and gains(last.shares[name], before.shares[name])
    if last.month in points or not is_deep:
        return []
    text = (
        f"{name} fell from {percent(before.shares[name].share)} of all new derivatives of {in_words(before.month)} to "
        f"{percent(last.shares[name].share)} of {in_words(last.month)}, {100 * drop:.1f} points, beyond chance"
    )
    return [Found(name, None, last.month, 100 * drop, text)]


def stands(published: Published, watch: Watch) -> str:
    """Return its shares in the last two whole months."""
    name = watch.names[0]
    shares = [
        f"{percent(each.shares[name].share)} in {in_words(each.month)}" for each in monthly(published, watch.names)[-2:]
    ]
    return f"{name} has {' and '.join(shares)}; a drop of {watch.number:g} points beyond chance is told"
