"""Where a series passes from one source to another: that is marked, for a step there may be a difference of sources."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from tracker.findings.nights.covering import NIGHTLY, passes

if TYPE_CHECKING:
    from tracker.store import Published

_RECONSTRUCTED = (
    "nights of archives are reconstructed: counters and names are of their day, families, origins and lineage of today"
)
_MOST = 3  # passes are told one by one

_AGREES = """
select count(*) as days, avg(median_difference) as median_difference, avg(p95_difference) as p95_difference,
  sum(in_both)::double / sum(models + other_models - in_both) as in_both
from agreements
where least(source, other) = least($one, $other) and greatest(source, other) = greatest($one, $other)
  and scope = $scope
"""


def notes(published: Published, nights: Sequence[tuple[date, str]], scope: str) -> tuple[str, ...]:
    """Return what a reader of a series must know of its sources; nothing where all nights are ours."""
    found = passes(nights)
    if not found:
        return (_RECONSTRUCTED,) if any(source != NIGHTLY for _, source in nights) else ()
    told = [f"on {each.day} the series passes from {each.before} to {each.after}" for each in found[:_MOST]]
    more = f", and {len(found) - _MOST} times more" if len(found) > _MOST else ""
    pairs = sorted({(min(each[1:]), max(each[1:])) for each in found})
    return (
        _RECONSTRUCTED,
        f"{'; '.join(told)}{more}: a step there may be a difference of sources",
        *(_agreement(published, *pair, scope) for pair in pairs),
    )


def _agreement(published: Published, one: str, other: str, scope: str) -> str:
    days: int | None = None
    if published.has("recorded_nights"):
        days, median, p95, in_both = published.table(_AGREES, {"one": one, "other": other, "scope": scope}).rows[0]
    if not days:
        return f"no day is covered by both {one} and {other}, so it is not known how far they agree"
    told = "downloads of a model differ by {:.1%} in the median and {:.1%} at the 95th percentile, and "
    differs = "" if median is None else told.format(median, p95)
    return f"on {days} days that {one} and {other} both cover, {differs}{in_both:.1%} of models are in both"
