"""The way to the Hub, opened once for all that is read of an archive: certificates are looked at once, and quotas kept.

The Hub counts requests of its API and of files apart, so each has a pacer of its own.
"""

from __future__ import annotations

from typing import Literal

from tracker.sources.contract import Reach
from tracker.sources.hub_models.pacing import Pacer
from tracker.sources.hub_models.retries import Fetcher

AHEAD = 10  # requests that are planned for: those of a revision or two


def fetcher(reach: Reach, bucket: Literal["api", "files"]) -> Fetcher:
    """Return what asks the Hub, the same one for every revision. Raises SettingsError before anything is sent."""
    found = reach.shared.get(bucket)
    if not isinstance(found, Fetcher):
        found = reach.shared[bucket] = Fetcher(reach.settings, reach.clock, Pacer())
    return found


def wait(fetcher: Fetcher) -> None:
    """Wait until the next request may leave."""
    fetcher.wait(fetcher.pacer.wait_seconds(AHEAD, fetcher.clock.monotonic()), "the quota is used up")
