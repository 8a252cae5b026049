"""`context.http`: one client for every source but the Hub's walk. GET only, within time and size, no token.

200                              taken; a page of HTML instead of data is refused
304                              the bytes of the last landed run, which the server says are still good
408, 425, 429, 5xx, no answer    tried again, after as long as the server asks, else backing off
stall, slow drip, cut off, empty the same
redirect                         followed: to another host without the key, from https never to http
other 4xx, too large, endless    refused

The Hub's token is not known here: nothing of huggingface_hub is imported, and requests are prepared without what
`requests` would add by itself (~/.netrc, cookies). A key from the environment goes to the configured address's own
scheme, host and port.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from tracker.errors import SourceError, SourceRefused, redact, remember
from tracker.landing import DEMO_HEADER, LandedRun
from tracker.settings import Settings
from tracker.sources.clock import Clock, SystemClock, retry_after
from tracker.sources.outward import wire
from tracker.sources.outward.encoding import BrokenBody, decompress
from tracker.sources.outward.origin import named, origin
from tracker.sources.outward.wire import NoAnswer, TooLarge, WireAnswer

log = logging.getLogger(__name__)

MAX_BYTES = 100 * 2**20  # of a body, on the wire and decoded; the largest that is planned for has a few
MAX_ATTEMPTS = 5  # of one address, over about half a minute
FIRST_WAIT_SECONDS = 2.0
MAX_REDIRECTS = 5
TOTAL_SECONDS = 1800.0  # all requests and waits of a run together
RETRIED_STATUSES = frozenset({408, 425, 429})
GONE = frozenset({404, 410})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
SNIPPET_CHARACTERS = 200
READ_BYTES = 10_000  # of a body, for such a snippet: what is secret in it is hidden before it is cut


@dataclass(frozen=True)
class Answer:
    """What an address gave: its decoded bytes. `is_known`: the server said that those of the last run still hold."""

    url: str  # as asked for, before redirects
    content: bytes
    etag: str | None = None
    is_known: bool = False
    synthetic: bool = False  # the server says so, see DEMO_HEADER


class Missing(SourceRefused):
    """Nothing is there: 404 or 410."""


class Trouble(Exception):
    """An attempt that failed but may be repeated after `wait_seconds` (None: back off)."""

    def __init__(self, reason: str, wait_seconds: float | None = None) -> None:
        self.wait_seconds = wait_seconds
        super().__init__(reason)


class Client:
    """Asks one source's address, and whatever it redirects to."""

    def __init__(
        self,
        address: str,
        settings: Settings,
        *,
        key: str | None = None,
        last: LandedRun | None = None,
        clock: Clock | None = None,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        self._address = address.rstrip("/") + "/"
        self._key = key
        remember(key or "", "[key]")
        self._last = last
        self._clock = clock or SystemClock()
        self._settings = settings
        self._ends_at = self._clock.monotonic() + total_seconds
        self._counts = {"requests": 0, "retries": 0, "rate_limited": 0}

    @property
    def has_key(self) -> bool:
        """Whether a key was found in the environment."""
        return self._key is not None

    def get(self, path: str, parameters: Mapping[str, Any] | None = None, *, with_key: bool = True) -> Answer:
        """Return what a path under the source's address gives; a whole address is asked as it is, without the key.

        `with_key`: False for what needs none. Raises Missing for what is not there, SourceRefused for what else will
        not get better, SourceError once the attempts are used up.
        """
        url = urljoin(self._address, path) + (f"?{urlencode(parameters)}" if parameters else "")
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                return self._attempt(url, self._key if with_key else None)
            except Trouble as trouble:
                if attempt == MAX_ATTEMPTS:
                    raise SourceError(
                        f"{self._said(url)} failed {attempt} times, last with: {trouble}; run again later"
                    ) from trouble
                self._wait(trouble, FIRST_WAIT_SECONDS * 2.0 ** (attempt - 1))
        raise AssertionError("the last attempt returns or raises")

    def counts(self) -> dict[str, int]:
        """Return what the requests so far cost, as the manifest says it."""
        return dict(self._counts)

    def _attempt(self, url: str, key: str | None) -> Answer:
        known = self._last.raw_of(url) if self._last else None
        answer = self._follow(url, key, known.etag if known else None)
        synthetic = DEMO_HEADER in answer.headers
        if answer.status == 304 and known and self._last:
            return Answer(url, self._last.raw(known.name), known.etag, is_known=True, synthetic=synthetic)
        if answer.status != 200:
            self._raise_for(url, answer)
        try:
            content = decompress(answer.wire, answer.headers.get("content-encoding", ""), MAX_BYTES)
        except BrokenBody as error:
            raise Trouble(str(error)) from error
        if not content:  # what is left too of an answer that was cut off in its head
            raise Trouble("an empty answer")
        if content[:SNIPPET_CHARACTERS].lstrip().lower().startswith((b"<!doctype html", b"<html")):
            raise SourceRefused(f"{self._said(url)} answered with a page of HTML where data belong")
        return Answer(url, content, answer.headers.get("etag"), synthetic=synthetic)

    def _follow(self, url: str, key: str | None, etag: str | None) -> WireAnswer:
        """Ask, and go where redirects lead; only the configured address's own origin is given the key."""
        for _ in range(1 + MAX_REDIRECTS):
            headers = {"If-None-Match": etag} if etag else {}
            if key and origin(url) == origin(self._address):
                headers["Authorization"] = f"Bearer {key}"
            answer = self._send(url, headers)
            if answer.status not in REDIRECTS:
                return answer
            url = self._redirected(answer.headers.get("location", ""), url)
        raise SourceRefused(f"more than {MAX_REDIRECTS} redirects, the last to {self._said(url)}")

    def _send(self, url: str, headers: Mapping[str, str]) -> WireAnswer:
        left = self._ends_at - self._clock.monotonic()
        if left <= 0:
            raise SourceError(f"{self._said(url)}: the run's time is used up; run again later")
        self._counts["requests"] += 1
        try:
            within = min(left, self._settings.page_deadline_seconds)
            silence = self._settings.read_timeout_seconds
            return wire.get(url, headers, silence_seconds=silence, seconds=within, most=MAX_BYTES)
        except TooLarge as error:
            raise SourceRefused(f"{self._said(url)}: {error}") from error
        except NoAnswer as error:
            raise Trouble(redact(str(error))) from error

    def _redirected(self, location: str, url: str) -> str:
        target = urljoin(url, location)
        parts = urlsplit(target)
        if not location or parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            raise SourceRefused(f"{self._said(url)} redirects to {self._said(location)!r}, which is no address")
        if urlsplit(url).scheme == "https" and parts.scheme != "https":
            raise SourceRefused(f"{self._said(url)} redirects from https to {named(target)}; it was not followed")
        return target

    def _raise_for(self, url: str, answer: WireAnswer) -> None:
        said = redact(answer.wire[:READ_BYTES].decode("utf-8", "replace"))[:SNIPPET_CHARACTERS]
        reason = f"{self._said(url)} answered HTTP {answer.status}: {said!r}"
        if answer.status >= 500 or answer.status in RETRIED_STATUSES:
            self._counts["rate_limited"] += answer.status == 429
            raise Trouble(reason, retry_after(answer.headers, self._clock.now()))
        raise (Missing if answer.status in GONE else SourceRefused)(reason)

    def _wait(self, trouble: Trouble, backoff: float) -> None:
        wait = backoff if trouble.wait_seconds is None else trouble.wait_seconds
        if wait > min(self._settings.max_wait_seconds, self._ends_at - self._clock.monotonic()):
            raise SourceRefused(f"{trouble}; a wait of {wait:,.0f} s is longer than this run may take; run again later")
        log.info("%s; trying again in %.0f s", trouble, wait)
        self._counts["retries"] += 1
        self._clock.sleep(wait)

    def _said(self, url: str) -> str:
        """Return an address as messages may show it."""
        return redact(url)[:SNIPPET_CHARACTERS]
