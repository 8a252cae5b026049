"""Tell a health-check service how a job ended. Optional, and never the reason that a job fails, or waits for long."""

from __future__ import annotations

import logging

from tracker.notify.post import TOTAL_SECONDS, host_of, post

log = logging.getLogger(__name__)

TEXT_BYTES = 10_000
MEND = "TRACKER_PING_URL, or ping_url in tracker.toml"


def ping(address: str | None, event: str, text: str = "", *, total_seconds: float = TOTAL_SECONDS) -> bool:
    """POST `text` to `<address>/<event>` (`start`, or an exit code); return whether it was taken.

    The paths are those of healthchecks-style services: 0 is success, any other number a failure. Only a 2xx of that
    very address counts: a page to log in at takes no ping.
    """
    if not address:
        return False
    body = text.encode("utf-8", "replace")[-TEXT_BYTES:]
    problem = post(f"{address.rstrip('/')}/{event}", body, mend=MEND, total_seconds=total_seconds).problem
    if problem:
        log.warning("could not ping %s: %s", host_of(address, "the address of the pings"), problem)
    return problem is None
