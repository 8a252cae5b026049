"""POST once to an address that is a secret: bounded in time, never redirected, errors without the address."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests

from tracker.errors import SettingsError

TIMEOUT_SECONDS = 10.0  # of connecting, and of a silence
TOTAL_SECONDS = 20.0  # of all, whatever drips
MOST_AT_ONCE = 3  # that hang still; beyond these nothing is sent

_places = threading.BoundedSemaphore(MOST_AT_ONCE)


@dataclass(frozen=True)
class Outcome:
    """How it went: what went wrong (None: it was taken), and the status of the answer (None: there was none).

    `may_be_read`: there was no answer, and the body was on its way.
    """

    problem: str | None
    status: int | None = None
    may_be_read: bool = False


def post(
    url: str, body: bytes, *, mend: str, headers: Mapping[str, str] | None = None, total_seconds: float = TOTAL_SECONDS
) -> Outcome:
    """Send `body`. Only a 2xx of that very address counts: a redirect would tell the secret to another.

    `mend` names the setting for an address that is none.
    """
    if not _places.acquire(blocking=False):
        return Outcome("earlier ones still hang")
    outcomes: list[Outcome] = []

    def send() -> None:
        try:
            outcomes.append(_send(url, body, headers or {}, mend))
        finally:
            _places.release()

    thread = threading.Thread(target=send, daemon=True)  # it is left alone when the time is up
    thread.start()
    thread.join(total_seconds)
    return outcomes[0] if outcomes else Outcome(f"no answer within {total_seconds:g} s", may_be_read=True)


def _send(url: str, body: bytes, headers: Mapping[str, str], mend: str) -> Outcome:
    """Send once. Of the answer the status alone is read."""
    from tracker.sources.outward import plain  # which takes a while to import

    options = {"timeout": TIMEOUT_SECONDS, "allow_redirects": False, "stream": True}
    try:
        plain.check(url)
        with requests.post(url, data=body, headers=dict(headers), **options) as answer:  # type: ignore[arg-type]
            status = answer.status_code
            return Outcome(None if 200 <= status < 300 else f"HTTP {status}", status)
    except SettingsError as error:
        return Outcome(str(error))
    except ValueError:  # a part of an address that cannot be read, whoever finds that
        return Outcome(f"that is no http or https address; correct {mend}")
    except Exception as error:  # noqa: BLE001  of requests, and what it lets through: certificates, names of hosts
        return Outcome(type(error).__name__, may_be_read=_was_sent(error))


def _was_sent(error: Exception) -> bool:
    """Return whether an error came after the way stood: one of the way itself has a `reason`."""
    if isinstance(error, requests.ReadTimeout):
        return True
    is_of_the_way = isinstance(error, (requests.ConnectTimeout, requests.exceptions.SSLError))
    cause = error.args[0] if error.args else None
    return isinstance(error, requests.ConnectionError) and not is_of_the_way and not hasattr(cause, "reason")


def host_of(address: str, unknown: str) -> str:
    """Return the host alone: path, user and password are secrets with most services."""
    try:
        return urlsplit(address).hostname or unknown
    except ValueError:
        return unknown
