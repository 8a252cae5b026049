"""A look at the Hub before a night: one page by the collector's own request, a piece of the next, and who asks.

A page has the newest models, a few hours old, so some of the most downloaded are asked for as well. Each is asked once:
what a walk would bear with patience is told here as it stands. Nothing is written.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.columns import EXPAND
from tracker.errors import SourceError, SourceRefused
from tracker.scope import Scope
from tracker.settings import Settings
from tracker.sources.clock import Clock, SystemClock
from tracker.sources.hub_models.body import decompress, read_page
from tracker.sources.hub_models.links import cursor_of, first_url, next_url, redirect_url, with_limit
from tracker.sources.hub_models.request import Answer, Hub, NoAnswer
from tracker.sources.hub_models.retries import MAX_REDIRECTS, error_text
from tracker.sources.hub_models.walk import PAGE_SIZE
from tracker.sources.outward import tokens
from tracker.sources.outward.encoding import BrokenBody

PIECE = 100  # models of the next page, and of the most downloaded: enough to see what they are


@dataclass(frozen=True)
class Reply:
    """What became of one request. `problem`: why there is no list, and then no `items`; `came_at` is by our clock."""

    url: str
    came_at: datetime
    seconds: float
    answer: Answer | None = None
    body_bytes: int = 0  # decoded
    items: Sequence[Any] = ()
    private: int = 0  # repositories that the token can see, and that a walk leaves out
    problem: str | None = None

    @property
    def status(self) -> int:
        """The status of the answer, 0 where none came."""
        return self.answer.status if self.answer else 0

    def header(self, name: str) -> str | None:
        """Return a header of the answer."""
        return self.answer.headers.get(name) if self.answer else None


@dataclass(frozen=True)
class Sample:
    """What the Hub gave. `next_problem`: why its link to the next page is not followed."""

    scope: Scope
    asked: int  # models of the first page
    first: Reply
    after: Reply | None  # None: there is no link, or none that may be followed
    next_problem: str | None
    popular: Reply | None  # None where no page came, or it is itself of the most downloaded
    account: Reply | None  # None: no token is sent
    requests: int


class _Asker:
    """Asks and counts."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._hub, self._clock = Hub(settings), clock
        self.requests = 0

    def page(self, url: str) -> Reply:
        """Ask for a page of the list."""
        reply = self.ask(url)
        if reply.problem or reply.answer is None:
            return reply
        if reply.status != 200:
            return self._but(reply, f"HTTP {reply.status}{error_text(reply.answer)}")
        try:
            page = read_page(reply.answer)
            items = json.loads(decompress(page.content, "gzip"))
        except (BrokenBody, ValueError, RecursionError) as error:
            return self._but(reply, str(error))
        return Reply(url, reply.came_at, reply.seconds, reply.answer, page.body_bytes, items, page.private)

    def ask(self, url: str) -> Reply:
        """Ask once, and go where redirects within the endpoint lead."""
        began, at = self._clock.monotonic(), url
        answer, problem = None, None
        try:
            for _ in range(1 + MAX_REDIRECTS):
                self.requests += 1
                answer = self._hub.get(at)
                if not 300 <= answer.status < 400:
                    break
                at = redirect_url(answer.location, at)
            else:
                problem = f"more than {MAX_REDIRECTS} redirects"
        except (NoAnswer, SourceError) as error:
            problem = str(error)
        return Reply(url, self._clock.now(), self._clock.monotonic() - began, answer, problem=problem)

    @staticmethod
    def _but(reply: Reply, problem: str) -> Reply:
        return Reply(reply.url, reply.came_at, reply.seconds, reply.answer, problem=problem)


def take(settings: Settings, scope: Scope, *, clock: Clock | None = None) -> Sample:
    """Ask the Hub what a walk of this scope would ask first. Raises SettingsError before anything is sent."""
    asker = _Asker(settings, clock or SystemClock())
    asked = min(PAGE_SIZE, scope.count or PAGE_SIZE)
    first = asker.page(first_url(settings.endpoint, scope, EXPAND, asked))
    after, problem = _after(asker, first)
    is_asked = bool(first.items) and scope.kind != "top"
    popular = asker.page(first_url(settings.endpoint, Scope("top"), EXPAND, PIECE)) if is_asked else None
    account = asker.ask(f"{settings.endpoint}/api/whoami-v2") if tokens.check() and first.status else None
    return Sample(scope, asked, first, after, problem, popular, account, asker.requests)


def _after(asker: _Asker, first: Reply) -> tuple[Reply | None, str | None]:
    """Return a piece of the next page, and what is wrong with the links that lead there and on from there."""
    if first.problem or first.answer is None:
        return None, None
    try:
        url = next_url(first.answer.next_link, first.url, {cursor_of(first.url)})
        if url is None:
            return None, None
        after = asker.page(with_limit(url, PIECE))
        if after.answer is not None and after.problem is None:
            next_url(after.answer.next_link, after.url, {cursor_of(first.url), cursor_of(url)})
    except SourceRefused as error:
        return None, str(error)
    return after, None
