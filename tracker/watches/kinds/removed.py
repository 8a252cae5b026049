"""Models of a name or a pattern that are removed: each is told once until it is back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from tracker.answers import measure
from tracker.watches.watch import Found, Told, Watch

if TYPE_CHECKING:
    from tracker.store import Published

# the rule of the measure
_THERE = """
select count(*) as models
from models
where removed_at is null
  and lower(model_id) like
    replace(replace(replace(replace(lower($models), '!', '!!'), '%', '!%'), '_', '!_'), '*', '%') escape '!'
"""


def spelt(published: Published, watch: Watch) -> Watch:
    """Return it as it is: a pattern matches without regard to case."""
    return watch


def found(published: Published, watch: Watch, told: Told) -> Sequence[Found]:
    """Return the models that are gone."""
    last: dict[str, str] = {}
    for thing, point in told:
        last[thing] = max(point, last.get(thing, ""))
    rows = measure(published, "removals", {"models": watch.names[0], "after": _after(watch)}).table.rows
    return [
        Found(model_id, hub_id, str(removed_at), downloads, f"{model_id} was removed by {removed_at}")
        for model_id, hub_id, removed_at, returned_on, downloads in rows
        if hub_id not in last or (returned_on is not None and str(returned_on) > last[hub_id])
    ]


def stands(published: Published, watch: Watch) -> str:
    """Return how many such models there are, and how many are gone since the watch counts."""
    pattern, since = watch.names[0], watch.since or published.facts().snapshot_date
    there = published.table(_THERE, {"models": pattern}).rows[0][0]
    gone = measure(published, "removals", {"models": pattern, "after": since}).table.height
    known = f"{there:,} {'model is' if there == 1 else 'models are'} called {pattern}"
    return f"{known}; {gone:,} were removed after {since} and are not back"


def _after(watch: Watch) -> date:
    return watch.since or date.max
