"""How much of a past month is gone since, said beside its share: who counts what is there now counts another thing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tracker.answers.counted.surviving import NOTABLE

if TYPE_CHECKING:
    from tracker.registry.definitions import Definition
    from tracker.store import Published

MOST = 3  # months are named

_GONE = """
select
  strftime(created_month, '%Y-%m') as month,
  count(removed_at) / nullif(count(*), 0) as gone
from models
where relation is not null and created_month between $first and $until
  and epoch(created_at) < epoch(($until::date + 1)::timestamp)
group by created_month
having gone > $least
order by gone desc, month
"""


def notes(published: Published, definition: Definition, first: date, until: date) -> tuple[str, ...]:
    """Return a note where more than NOTABLE of the derivatives of a month that is counted were removed since."""
    if definition.removed == "only" or definition.time_axis != "created":
        return ()
    values = {"first": first.replace(day=1), "until": until, "least": NOTABLE}
    found = published.table(_GONE, values).rows
    if not found:
        return ()
    named = ", ".join(f"{gone:.1%} of {month}" for month, gone in found[:MOST])
    more = f" and more than {NOTABLE:.0%} of {len(found) - MOST} other months" if len(found) > MOST else ""
    told = f"of the derivatives created then, {named}{more} were removed since"
    if definition.removed == "in":
        told += " and are counted; low and high hold without them as well"
        told += f": --set removed=out leaves out what was gone by {until}, removed=only counts it alone"
    else:
        told += f"; what was gone by {until} is not counted"
    return (f"{told}; `tracker measure survivors` has them by family",)
