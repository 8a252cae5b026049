"""A family that passes another for good, by its share of new derivatives: whole months, beyond bounds and chance.

Told once; again only after the other was ahead again, beyond bounds and chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from tracker.answers import crossings
from tracker.findings.chance import leads
from tracker.findings.monthly import spelt as in_words
from tracker.watches.families import default, monthly, named, percent
from tracker.watches.watch import Found, Told, Watch

if TYPE_CHECKING:
    from tracker.store import Published


def spelt(published: Published, watch: Watch) -> Watch:
    """Return it with the families as the copy spells them; raise UnknownName for one that there is not."""
    return named(published, watch)


def found(published: Published, watch: Watch, told: Told) -> Sequence[Found]:
    """Return the month in which the first family passed the second for good, where that may be stated."""
    first, second = watch.names
    answer = crossings.of_shares(published, default(published), by="family", only=watch.names)
    for row in answer.table.dicts():
        if row["kind"] == "passes" and row["is_stated"] and row["first"] == first:
            since, shares = str(row["since"]), (float(row["first_value"]), float(row["second_value"]))
            if not told or _was_ahead(published, watch, max(point for _, point in told)):
                text = (
                    f"{first} has passed {second} for good in {in_words(since)}: {percent(shares[0])} against "
                    f"{percent(shares[1])} of all new derivatives of {in_words(str(row['until']))}"
                )
                return [Found(first, None, since, shares[0], text)]
    return []


def stands(published: Published, watch: Watch) -> str:
    """Return the shares of both in the last whole month."""
    month = monthly(published, watch.names)[-1]
    shares = " and ".join(f"{name} {percent(month.shares[name].share)}" for name in watch.names)
    return f"{shares} of all new derivatives of {in_words(month.month)}; passing for good is told"


def _was_ahead(published: Published, watch: Watch, after: str) -> bool:
    """Return whether the second family was ahead after a month, beyond bounds and chance."""
    first, second = watch.names
    months = monthly(published, watch.names, date.fromisoformat(f"{after}-01"))
    return any(leads(each.shares[second], [each.shares[first]]) for each in months if each.month > after)
