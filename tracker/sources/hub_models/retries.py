"""Asking until a page is there: what is tried again, how long, and what is refused at once.

200 with a whole list            taken
429, or a 200 that says so       waits as the Hub asks (capped by `max_wait_seconds`), then again
408, 425, 5xx, 52x               backs off; from the third failure on with half the page size
no answer, stall, slow drip      the same
broken body, HTML, 403 as HTML   backs off
3xx within the endpoint          followed, a few times
3xx to elsewhere, other 4xx      refused, with the Hub's words
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from tracker.errors import SourceError, SourceRefused, redact
from tracker.settings import Settings
from tracker.sources.clock import Clock, retry_after
from tracker.sources.hub_models.body import Page, RateLimitBody, decompress, read_page, snippet
from tracker.sources.hub_models.links import limit_of, redirect_url, with_limit
from tracker.sources.hub_models.pacing import Pacer, rate_limit_wait
from tracker.sources.hub_models.request import Answer, Hub, NoAnswer
from tracker.sources.outward.encoding import BrokenBody
from tracker.sources.outward.origin import named

Result = TypeVar("Result")
log = logging.getLogger(__name__)

MAX_FIRST_CONNECTS = 3  # before the first answer of a run
MAX_ATTEMPTS = 8  # of one page, over about a minute and a half
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0
FIRST_RATE_LIMIT_WAIT_SECONDS = 5.0  # where a 429 does not say how long
MAX_RATE_LIMITED = 20  # waits for one page that the Hub asked for, each kept; then something is wrong
MAX_REDIRECTS = 5
SMALLER_AFTER = 3  # server failures in a row: deep pages time out where smaller ones do not (huggingface_hub#2460)
SMALLEST_LIMIT = 100
RETRIED_STATUSES = frozenset({408, 425})
REFUSALS = {
    401: "the Hub does not accept the token, or wants one (401); run `hf auth login`, or set or unset HF_TOKEN",
    403: "the Hub allows this token, or this address, no such request (403); use a token with the right to read",
    407: "the proxy wants a user name and a password (407); write them as http://USER:PASSWORD@HOST:PORT",
}


class Trouble(Exception):
    """An attempt that failed but may be repeated after `wait_seconds` (None: back off)."""

    def __init__(
        self, reason: str, *, wait_seconds: float | None = None, rate: bool = False, server: bool = False
    ) -> None:
        self.reason = reason
        self.wait_seconds = wait_seconds
        self.rate = rate  # the Hub asked us to slow down
        self.server = server  # it, or the way to it, gave up: a smaller page may pass
        super().__init__(reason)


@dataclass
class Counts:
    """What one page cost."""

    requests: int = 0
    rate_limited: int = 0
    retries: int = 0


@dataclass(frozen=True)
class Fetched:
    """An answer that was good, and the address that gave it (its limit may be lower than asked)."""

    url: str
    answer: Answer
    page: Page


class Fetcher:
    """Fetches addresses of the configured endpoint, one after the other, and keeps the pacer informed."""

    def __init__(self, settings: Settings, clock: Clock, pacer: Pacer) -> None:
        self.hub = Hub(settings)
        self.max_wait_seconds = settings.max_wait_seconds
        self.clock = clock
        self.pacer = pacer
        self.counts = Counts()
        self.was_answered = False
        self.failed_connects = 0

    def page(self, url: str) -> Fetched:
        """Return one page of a list. Raises SourceRefused, or SourceError once the attempts are used up."""
        return self._until_done(url, self._try_page)

    def answer(self, url: str, accepted: frozenset[int]) -> Answer:
        """Return the first answer of the Hub's own with an accepted status, with the same patience."""

        def attempt(at: str) -> Answer:
            answer = self._ask(at, accepted)
            if answer.status not in accepted or (answer.status == 403 and _is_html(answer)):
                raise_for(answer, self.clock)
            return answer

        return self._until_done(url, attempt)

    def wait(self, seconds: float, why: str) -> None:
        """Wait, unless that is longer than anybody should."""
        if seconds > self.max_wait_seconds:
            raise SourceRefused(
                f"{why}: asked to wait {seconds:,.0f} s, and at most {self.max_wait_seconds:,.0f} s are waited "
                "(TRACKER_MAX_WAIT_SECONDS); run again later, the walk goes on from its last page"
            )
        if seconds > 0:
            self.clock.sleep(seconds)

    def _until_done(self, url: str, attempt: Callable[[str], Result]) -> Result:
        self.counts = Counts()
        failures = rate_limited = server_failures = 0
        while True:
            try:
                return attempt(url)
            except Trouble as trouble:
                failures, rate_limited = failures + (not trouble.rate), rate_limited + trouble.rate
                server_failures = server_failures + 1 if trouble.server else 0
                _give_up(url, trouble, failures, rate_limited)
                if server_failures >= SMALLER_AFTER:
                    url, server_failures = _smaller(url), 0
                wait = _backoff(trouble, failures, rate_limited)
                log.info("%s; trying again in %.0f s", trouble.reason, wait)
                self.counts.retries += 1
                self.wait(wait, trouble.reason)

    def _never_reached(self, url: str, error: NoAnswer) -> None:
        """Give up soon where there is no network at all: patience is for a Hub that has answered before."""
        self.failed_connects += 1
        if self.failed_connects >= MAX_FIRST_CONNECTS:
            raise SourceError(
                f"cannot reach {named(url)}: {error}. Nothing was collected: run again later, check HF_ENDPOINT, "
                "or try `tracker demo`, which needs no network"
            ) from error

    def _try_page(self, url: str) -> Fetched:
        answer = self._ask(url, frozenset({200}))
        if answer.status != 200:
            raise_for(answer, self.clock)
        try:
            return Fetched(url, answer, read_page(answer))
        except RateLimitBody as error:
            self.counts.rate_limited += 1
            raise Trouble(
                str(error), wait_seconds=rate_limit_wait(answer.headers, self.clock.now()), rate=True
            ) from error
        except BrokenBody as error:
            raise Trouble(str(error)) from error

    def _ask(self, url: str, accepted: frozenset[int]) -> Answer:
        """Ask once, following redirects within the endpoint."""
        for _ in range(1 + MAX_REDIRECTS):
            self.counts.requests += 1
            try:
                answer = self.hub.get(url)
            except NoAnswer as error:
                if error.unreachable and not self.was_answered:
                    self._never_reached(url, error)
                raise Trouble(str(error), server=error.slow) from error
            self.was_answered = True
            self.pacer.read(answer.headers, self.clock.monotonic())
            self.counts.rate_limited += answer.status == 429
            if answer.status in accepted or not 300 <= answer.status < 400:
                return answer
            url = redirect_url(answer.location, url)
        raise SourceRefused(f"more than {MAX_REDIRECTS} redirects, the last to {redact(url)[:200]}")


def raise_for(answer: Answer, clock: Clock) -> NoReturn:
    """Raise Trouble for an answer that may get better, SourceRefused for one that will not."""
    said = f"HTTP {answer.status}{error_text(answer)}"
    if answer.status == 429:
        raise Trouble(said, wait_seconds=rate_limit_wait(answer.headers, clock.now()), rate=True)
    if answer.status >= 500 or answer.status in RETRIED_STATUSES:
        raise Trouble(said, wait_seconds=retry_after(answer.headers, clock.now()), server=True)
    if answer.status == 403 and _is_html(answer):  # a firewall before the Hub, not the Hub
        raise Trouble(said)
    told = REFUSALS.get(answer.status, f"the Hub refused the request: HTTP {answer.status}; check HF_ENDPOINT")
    raise SourceRefused(f"{told}, then run again, and the walk goes on from its last page{error_text(answer)}")


def error_text(answer: Answer) -> str:
    """Return `: <what the Hub said>` from its header or body, or nothing; no token, no page of HTML."""
    said = answer.headers.get("x-error-message")
    if said is None and not _is_html(answer):
        body = _decoded(answer)
        try:
            said = str(json.loads(body)["error"])
        except (ValueError, KeyError, TypeError, RecursionError):
            said = snippet(body)
    return f": {redact(said)[:300]}" if said else ""


def _decoded(answer: Answer) -> bytes:
    try:
        return decompress(answer.wire, answer.headers.get("content-encoding", "identity"))
    except BrokenBody:
        return b""


def _is_html(answer: Answer) -> bool:
    return "html" in answer.headers.get("content-type", "").lower()


def _give_up(url: str, trouble: Trouble, failures: int, rate_limited: int) -> None:
    if failures >= MAX_ATTEMPTS:
        raise SourceError(
            f"{redact(url)[:200]} failed {failures} times, last with: {trouble.reason}; "
            "run again later, the walk goes on from its last page"
        ) from trouble
    if rate_limited >= MAX_RATE_LIMITED:
        raise SourceRefused(
            f"still rate limited after {rate_limited} waits: {trouble.reason}; something else uses up the quota: "
            "run again later, the walk goes on from its last page"
        ) from trouble


def _smaller(url: str) -> str:
    return with_limit(url, max(SMALLEST_LIMIT, limit_of(url) // 2)) if limit_of(url) > SMALLEST_LIMIT else url


def _backoff(trouble: Trouble, failures: int, rate_limited: int) -> float:
    if trouble.wait_seconds is not None:
        return trouble.wait_seconds
    if trouble.rate:
        return min(FIRST_RATE_LIMIT_WAIT_SECONDS * 2.0 ** (rate_limited - 1), 2 * LONGEST_WAIT_SECONDS)
    return min(FIRST_WAIT_SECONDS * 2.0 ** (failures - 1), LONGEST_WAIT_SECONDS)
