"""At the end of a night: watches are judged by what is published, and what they find is kept before it is noted.

Whoever is killed in between finds the same again, with the same ids.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from tracker import lock, store
from tracker.settings import Settings
from tracker.store import WatchMatch
from tracker.watches import judging, kept
from tracker.watches.watch import Watch

log = logging.getLogger(__name__)

_SHOWN = "select count(*) as matches from watch_matches"

Keep = Callable[[Sequence[WatchMatch]], None]


def judge(settings: Settings, keep: Keep) -> int:
    """Judge the newest published night and return how many things are new; the caller holds `kept.changing`.

    `keep` is given them before they are noted; then a copy is published that shows them. Raises Busy where the folder
    is being written: the next call does it.
    """
    watches = kept.read(settings.data_dir)
    with store.open_published(settings.data_dir) as published:
        why_not = judging.why_not(published)
        if why_not:
            log.info("watches wait for the next night: %s", why_not)
            return 0
        watches = _begun(settings, published, watches)
        found = list(judging.matches(published, watches))
        shown = published.table(_SHOWN).rows[0][0] if published.has("watch_matches") else 0
        night = published.facts().snapshot_date
    with lock.hold(settings.data_dir), store.open_work(settings) as work:
        new = work.unknown_matches(found)
        if new:
            keep(new)
            work.note_matches(new)
        if work.count_matches() != shown and not work.owes_lineage():
            work.publish(today=night)
    for each in new:
        log.warning("watch %s: %s", each.watch_id, each.text)
    return len(new)


def _begun(settings: Settings, published: store.Published, watches: Sequence[Watch]) -> list[Watch]:
    """Let watches count from this night that have not begun to."""
    begun = [each if each.since else judging.begun(published, each) for each in watches]
    if begun != list(watches):
        kept.write(settings.data_dir, begun)
    return begun
