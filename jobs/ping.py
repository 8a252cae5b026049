"""Tell a health-check service how a job ended. Optional, and never the reason that a job fails."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

import requests

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10


def ping(address: str | None, event: str, text: str = "") -> bool:
    """POST `text` to `<address>/<event>` (`start`, or an exit code); return whether it was taken.

    The paths are those of healthchecks-style services: 0 is success, any other number a failure.
    """
    if not address:
        return False
    try:
        answer = requests.post(f"{address.rstrip('/')}/{event}", data=text.encode()[-10_000:], timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
    except (OSError, ValueError) as error:  # of requests, and what it lets through: certificates, names of hosts
        log.warning("could not ping %s: %s", _host(address), type(error).__name__)
        return False
    return True


def _host(address: str) -> str:
    """Return the host alone: path, user and password are secrets with most services."""
    try:
        return urlsplit(address).hostname or "the address of the pings"
    except ValueError:
        return "the address of the pings"
