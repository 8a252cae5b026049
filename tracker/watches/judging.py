"""Which night may be judged, what was so when a watch began to count, and what has become so since."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from tracker.errors import TrackerError
from tracker.store import WatchMatch
from tracker.watches import kinds
from tracker.watches.watch import Told, Watch

if TYPE_CHECKING:
    from tracker.store import Published

log = logging.getLogger(__name__)

# gates that say of a loaded night that it shows another day in part, or counters that stand still
_UNSETTLED_GATES = ("counters_moved", "pages_are_fresh")

_REMARKS = """
select r.gate, r.forced
from night_remarks as r
join nights as n on n.snapshot_date = r.snapshot_date and n.source = r.source and n.scope = r.scope
where n.snapshot_date = $night
order by r.forced desc, r.gate
"""

_PARTIAL = """
select count(*) as days
from flow_days as d
join nights as n on n.snapshot_date = d.snapshot_date and n.source = d.source and n.scope = d.scope
where n.snapshot_date = $night and d.flag = 'partial'
"""

# a hole in a walk takes models of many publishers; where most are of one, it is that one's doing
_OF_MANY = """
select max(models) * 2 < sum(models) as of_many
from (select publisher, count(*) as models from models where removed_at = $night group by publisher) as gone
"""

_TOLD = "select coalesce(hub_id, subject) as thing, point from watch_matches where watch_id = $id order by thing, point"


def why_not(published: Published) -> str | None:
    """Return why nothing is judged by the newest night of a copy; None where it is whole and settled."""
    facts = published.facts()
    night = {"night": facts.snapshot_date}
    if facts.scope != "full":
        return f"its scope is {facts.scope}: what a part of the Hub lacks is not gone"
    if facts.source != "hub_models":
        return f"it is a night of {facts.source}"
    for gate, forced in published.table(_REMARKS, night).rows if published.has("night_quality") else ():
        if forced:
            return f"gate {gate} would have refused it, and it was loaded by --force"
        if gate in _UNSETTLED_GATES:
            return f"it is not settled: gate {gate} remarked on it"
    if _is_holed(published, night):
        return "it lacks models of many publishers that were there: the next night says whether they are gone"
    return None


def _is_holed(published: Published, night: Mapping[str, date]) -> bool:
    if not published.has("flow_days") or not published.table(_PARTIAL, night).rows[0][0]:
        return False
    return bool(published.table(_OF_MANY, night).rows[0][0])


def begun(published: Published, watch: Watch) -> Watch:
    """Return a watch that counts from the newest night on: what is so by then is known."""
    watch = replace(watch, since=published.facts().snapshot_date, known=())
    found = kinds.of(watch.kind).found(published, watch, ())
    return replace(watch, known=tuple((each.thing, each.point) for each in found))


def matches(published: Published, watches: Sequence[Watch]) -> Iterator[WatchMatch]:
    """Yield what watches find by the newest night; one that cannot be asked is a warning and stops no other."""
    night, now = published.facts().snapshot_date, datetime.now(UTC)
    for watch in watches:
        try:
            told = {*watch.known, *_told(published, watch)}
            for each in kinds.of(watch.kind).found(published, watch, told):
                yield WatchMatch(
                    watch.match_id(each), watch.id, watch.kind, watch.says, night,
                    each.point, each.subject, each.hub_id, each.value, each.text, now,
                )  # fmt: skip
        except TrackerError as error:
            log.warning("watch %s (%s) cannot be asked: %s", watch.id, watch.says, error)


def _told(published: Published, watch: Watch) -> Told:
    if not published.has("watch_matches"):
        return ()
    return [(thing, point) for thing, point in published.table(_TOLD, {"id": watch.id}).rows]
