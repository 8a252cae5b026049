"""Tell a health-check service how a job ended. Optional, and never the reason that a job fails, or waits for long."""

from __future__ import annotations

import logging
import threading
from urllib.parse import urlsplit

import requests

from tracker.errors import SettingsError

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10.0  # of connecting, and of a silence
TOTAL_SECONDS = 20.0  # of a ping, whatever drips
MOST_AT_ONCE = 3  # pings that hang still; beyond these none is sent
TEXT_BYTES = 10_000

_places = threading.BoundedSemaphore(MOST_AT_ONCE)


def ping(address: str | None, event: str, text: str = "", *, total_seconds: float = TOTAL_SECONDS) -> bool:
    """POST `text` to `<address>/<event>` (`start`, or an exit code); return whether it was taken.

    The paths are those of healthchecks-style services: 0 is success, any other number a failure. Only a 2xx of that
    very address counts: a redirect is not followed, since the path is a secret and a page to log in at takes no ping.
    """
    if not address:
        return False
    url, body = f"{address.rstrip('/')}/{event}", text.encode("utf-8", "replace")[-TEXT_BYTES:]
    problem = _within(url, body, total_seconds) if _places.acquire(blocking=False) else "earlier pings still hang"
    if problem:
        log.warning("could not ping %s: %s", _host(address), problem)
    return problem is None


def _within(url: str, body: bytes, seconds: float) -> str | None:
    """Send in a thread of its own, which is left alone when the time is up; return what went wrong."""
    problems: list[str | None] = []

    def send() -> None:
        try:
            problems.append(_send(url, body))
        finally:
            _places.release()

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    thread.join(seconds)
    return problems[0] if problems else f"no answer within {seconds:g} s"


def _send(url: str, body: bytes) -> str | None:
    """Send once; return what went wrong, without the address. Of the answer the status alone is read."""
    from tracker.sources.outward import plain  # which takes a while to import

    try:
        plain.check(url)
        with requests.post(url, data=body, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True) as answer:
            return None if 200 <= answer.status_code < 300 else f"HTTP {answer.status_code}"
    except SettingsError as error:
        return str(error)
    except ValueError:  # a part of an address that cannot be read, whoever finds that
        return "that is no http or https address; mend TRACKER_PING_URL, or ping_url in tracker.toml"
    except Exception as error:  # noqa: BLE001  of requests, and what it lets through: certificates, names of hosts
        return type(error).__name__


def _host(address: str) -> str:
    """Return the host alone: path, user and password are secrets with most services."""
    try:
        return urlsplit(address).hostname or "the address of the pings"
    except ValueError:
        return "the address of the pings"
