"""Monthly shares of families, as watches of families read them: whole months, under the default definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tracker.answers import names, share
from tracker.findings.chance import Share
from tracker.findings.monthly import Month, read
from tracker.watches.watch import Watch

if TYPE_CHECKING:
    from tracker.registry.definitions import Definition
    from tracker.store import Published


def named(published: Published, watch: Watch) -> Watch:
    """Return a watch with its families as the copy spells them; raise UnknownName for one that there is not."""
    spelt = names.resolve(published, "family", watch.names)
    names.check(published, "family", spelt, ())
    return replace(watch, names=spelt)


def default(published: Published) -> Definition:
    """Return the definition that watches count by."""
    return published.definitions()["default"]


def monthly(published: Published, families: Sequence[str], first: date | None = None) -> list[Month]:
    """Return the whole months from `first` on (None: the last two), each family with its share, 0 where it has none."""
    last = published.facts().snapshot_date.replace(day=1) - timedelta(days=1)
    begin = (first or last.replace(day=1) - timedelta(days=1)).replace(day=1)
    months = [f"{at // 12}-{at % 12 + 1:02}" for at in range(_number(begin), _number(last) + 1)]
    answer = share(published, default(published), by="family", first=begin, until=last)
    held = read(answer.frame, "family", ("unknown", "unreviewed"), months)
    return [Month(each.month, {name: each.shares.get(name, _none(each)) for name in families}) for each in held]


def percent(share: float) -> str:
    """Return a share to a tenth of a per cent."""
    return f"{100 * share:.1f} %"


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _none(month: Month) -> Share:
    """Return the share of a family without a row in any of the months: what is untraced could be its own."""
    others = month.shares.values()
    loose = max(
        (each.high - each.low for each in others if each.high is not None and each.low is not None), default=None
    )
    n = max((each.n for each in others), default=0)
    return Share(0.0, None if loose is None else 0.0, loose, n)
