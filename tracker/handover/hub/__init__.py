"""A data set on the Hub: published by one commit, and asked as if it were a folder of this machine.

    data set in a folder ──publish──► one commit on main, one tag a night
    hf://datasets/OWNER/NAME@revision ──fetched──► files of one commit in the client's cache, each held to its hash

May import: disk, errors, files, handover, handover.data_set, settings, sources, sources.hub_models,
sources.outward.
"""

from typing import TYPE_CHECKING

from tracker import later

if TYPE_CHECKING:
    from tracker.handover.hub.fetching import fetched
    from tracker.handover.hub.plan import Change
    from tracker.handover.hub.publishing import Published, publish

__all__ = ["Change", "Published", "fetched", "publish"]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        {
            "tracker.handover.hub.fetching": "fetched",
            "tracker.handover.hub.plan": "Change",
            "tracker.handover.hub.publishing": "Published publish",
        },
    )
