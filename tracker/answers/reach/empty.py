"""Why an answer has no rows, in one sentence, and what the copy covers.

Each function is asked where a frame is empty alone, and returns that sentence. A period that runs backwards or lies
outside the data is named first, then names without rows, then the definition that leaves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.store import Published

Period = tuple[date, date]
_MONTHS = "the months of creation in this copy"


def of_share(published: Published, asked: Period, only: Sequence[str], others: int, definition: str) -> str:
    """Return why a share has no rows; `others` is how many groups that were not asked for have some."""
    months = f"{asked[0]:%Y-%m} to {asked[1]:%Y-%m}"
    dated = created(published)
    reason = (
        _outside(asked, dated, _MONTHS, "%Y-%m")
        or _nameless(only, others, f"is counted from {months}")
        or (not dated and "no model has a day of creation, --time-axis first_seen counts by first sight instead")
        or f"definition {definition} counts no model from {months}"
    )
    return _told(published, reason)


def of_crossings(published: Published, asked: Period, scope: str | None, only: Sequence[str]) -> str:
    """Return why nothing is told of who led and who passed whom, over months, or over nights of a scope."""
    written = "%Y-%m-%d" if scope else "%Y-%m"
    held, what = (nights(published, scope), f"the nights of scope {scope}") if scope else (created(published), _MONTHS)
    span = " to ".join(f"{day:{written}}" for day in asked)
    names = " or ".join(only)
    reason = f"{names} led at no time and passed no other group" if only else "no two groups can be compared"
    return _told(published, _outside(asked, held, what, written) or f"{reason} from {span}")


def of_trend(
    published: Published, asked: Period, scope: str, only: Sequence[str], what: str, definition: str, *, flow: bool
) -> str:
    """Return why a trend has no rows; `what` is the counter that is asked for, between nights where it is a flow."""
    held = nights(published, scope)
    days = f"{asked[0]} to {asked[1]}"
    between = published.table(
        "select count(*) as nights from nights where scope = $scope and snapshot_date between $first and $until",
        {"scope": scope, "first": asked[0], "until": asked[1]},
    )["nights"][0]
    reason = (
        _outside(asked, held, f"the nights of scope {scope}", "%Y-%m-%d")
        or (not between and f"no night of scope {scope} lies in {days}")
        or (flow and not _follow(published, asked, scope) and f"{_ALONE} of scope {scope} in {days} follows another")
        or _nameless(only, 1, f"has {what} from {days}")
        or f"definition {definition} leaves no {what} from {days}"
    )
    return _told(published, reason)


_ALONE = "a flow is between two nights of one source and scope, and none"


def _follow(published: Published, asked: Period, scope: str) -> bool:
    """Say whether a night of a period follows another."""
    sql = "select count(*) as nights from flow_classes where scope = $scope and snapshot_date between $first and $until"
    found = published.table(sql, {"scope": scope, "first": asked[0], "until": asked[1]})
    return bool(found["nights"][0])


def of_top(published: Published, night: date, only: Sequence[str], what: str, definition: str) -> str:
    """Return why a ranking has no rows; `what` is the counter that is asked for."""
    reason = _nameless(only, 1, f"has {what} on {night}") or f"definition {definition} leaves no {what} on {night}"
    return _told(published, reason)


def of_measure(published: Published, title: str, given: str) -> str:
    """Return why any other measure has no rows; `given` is what its parameters are bound to."""
    return _told(published, f"{title!r} finds nothing{f' with {given}' if given else ''}")


def of_diff(published: Published, first: date, until: date) -> str:
    """Return why nothing changed between two nights."""
    one = f"{first} is compared with itself" if first == until else f"nothing changed between {first} and {until}"
    return _told(published, one)


def created(published: Published) -> Period | None:
    """Return the first days of the months in which the first and the last dated model were created."""
    return _span(published, "select min(created_month) as first, max(created_month) as until from models")


def nights(published: Published, scope: str) -> Period | None:
    """Return the first and the last night of a scope."""
    sql = "select min(snapshot_date) as first, max(snapshot_date) as until from nights where scope = $scope"
    return _span(published, sql, {"scope": scope})


def covers(published: Published) -> str:
    """Say what the copy covers: its nights, and the months in which its models were created."""
    facts, dated = published.facts(), created(published)
    first = published.table("select min(snapshot_date) as first from nights")["first"][0]
    held = f"{facts.nights:,} nights from {first} to " if facts.nights > 1 else "the night of "
    months = f", models created from {dated[0]:%Y-%m} to {dated[1]:%Y-%m}" if dated else ""
    return f"this copy covers {held}{facts.snapshot_date}{months}"


def _span(published: Published, sql: str, values: Mapping[str, str] | None = None) -> Period | None:
    first, until = published.table(sql, values).rows[0]
    return None if first is None else (first, until)


def _outside(asked: Period, held: Period | None, what: str, written: str) -> str:
    """Say how a period misses all that is held, or nothing where it does not."""
    first, until = (f"{day:{written}}" for day in asked)
    if first > until:
        return f"{first} to {until} runs backwards, give the earlier one first"
    if held is None:
        return ""
    begins, ends = (f"{day:{written}}" for day in held)
    span = first if first == until else f"{first} to {until}"
    if first > ends:
        return f"{span} is after {what}, which end with {ends}"
    return f"{span} is before {what}, which begin with {begins}" if until < begins else ""


def _nameless(only: Sequence[str], others: int, missing: str) -> str:
    """Say that nothing of the names asked for is there though there are others, or nothing."""
    return f"nothing of {', '.join(only)} {missing}" if only and others else ""


def _told(published: Published, reason: str) -> str:
    return f"no rows: {reason}; {covers(published)}"
