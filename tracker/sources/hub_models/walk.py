"""The walk over the Hub's model list: page by page to the disk, then parsed in bulk.

`HfApi.list_models` cannot do this: it has no timeout, cannot be resumed, ends at the first malformed
record, and gives its token to whatever host a `next` link names. The loop here is its own; the token,
headers and connections are the client's. Each page, with the headers that matter and the next link, is on
the disk before the next request leaves, so that a walk can be cut off anywhere and continued.
"""

from __future__ import annotations

import hashlib
import logging
import math
import os
from collections.abc import Sequence
from datetime import UTC, date
from typing import Any

from tracker import logs
from tracker.columns import EXPAND
from tracker.errors import DayRefused, Interrupted, SettingsError, SourceRefused, StoreError, TrackerError, redact
from tracker.landing import DEMO_HEADER, LandedRun, Manifest, PageLine, Walk, run_id, runs, whole_lines
from tracker.landing.parse import PageParser
from tracker.scope import Scope
from tracker.settings import Settings
from tracker.sources.clock import Clock, SystemClock
from tracker.sources.contract import Progress
from tracker.sources.hub_models.day import DayIsOver, ask, said_at, settle
from tracker.sources.hub_models.links import cursor_of, first_url, limit_of, next_url, with_limit
from tracker.sources.hub_models.pacing import Pacer
from tracker.sources.hub_models.resume import SET_ASIDE, resumable
from tracker.sources.hub_models.retries import Fetched, Fetcher
from tracker.words import RunStatus

log = logging.getLogger(__name__)

SOURCE = "hub_models"
PAGE_SIZE = 1000  # the Hub's maximum
MAX_PAGES = 100_000  # thirty times the Hub of 2026: a list this long is a loop that invents new cursors
# Kept with each page: what a later question about the walk may need, and nothing secret.
KEPT_HEADERS = ("age", "content-encoding", "date", "etag", "ratelimit", "ratelimit-policy", "x-cache", "x-request-id")


def collect(
    settings: Settings,
    *,
    scope: Scope,
    snapshot_date: date | None = None,
    resume: bool = True,
    force: bool = False,
    progress: Progress | None = None,
    page_size: int = PAGE_SIZE,
    clock: Clock | None = None,
) -> LandedRun:
    """Land one snapshot of the Hub's model list and return it.

    Its day is the Hub's own; `snapshot_date` says which is meant, and only `force` books it on another.
    A half walk of the same day, scope, endpoint and fields is continued unless `resume` is false.
    Raises SourceError, SourceRefused, StoreError or Interrupted; the manifest then says so, the pages
    landed so far stay, and the next call goes on from them. The caller holds the data folder's lock.
    """
    if scope.kind == "active":
        raise SettingsError("scope active is that of an archive; the Hub is asked for full, top:N or publisher:NAME")
    clock = clock or SystemClock()
    walk, lines = _open_walk(settings, scope, snapshot_date, resume, clock)
    try:
        walker = Walker(settings, scope, walk, clock=clock, progress=progress, page_size=page_size)
        first = walker.first()
        if first is not None or snapshot_date is None:  # one that has all pages of the day that is meant asks nobody
            now = said_at(first.answer.headers, clock.now()) if first else ask(settings, clock)
            settle(settings.data_dir, walk, now, snapshot_date, force=force)
        logs.under_way(walk.manifest.run_id, walk.manifest.snapshot_date)
        with PageParser(walk.folder, walk.manifest.snapshot_date) as parser:
            walker.walk(parser, lines, first)
            return _finish(walk, parser, clock)
    except DayIsOver as over:
        _note_end(walk, "failed", f"{SET_ASIDE}: {over}", clock)
    except (KeyboardInterrupt, Interrupted) as stop:
        _note_end(walk, "interrupted", "stopped by a signal", clock)
        code = stop.exit_code if isinstance(stop, Interrupted) else 130
        message = f"stopped after page {walk.sums.pages:,}; run the same command again and the walk goes on"
        raise Interrupted(message, exit_code=code) from None
    except TrackerError as error:
        _note_end(walk, "refused" if isinstance(error, DayRefused) else "failed", str(error), clock)
        raise
    except Exception as error:  # a fault of ours, or of what we stand on: its text may hold what is secret
        _note_end(walk, "failed", f"ended by an error that nobody expected: {type(error).__name__}", clock)
        raise
    finally:
        walk.close()
    again: dict[str, Any] = {"force": force, "progress": progress, "page_size": page_size, "clock": clock}
    return collect(settings, scope=scope, snapshot_date=snapshot_date, resume=resume, **again)


def _open_walk(
    settings: Settings, scope: Scope, snapshot_date: date | None, resume: bool, clock: Clock
) -> tuple[Walk, list[PageLine]]:
    """Return the walk to go on with, and the journal of what it has already. A new one is not booked on a day yet."""
    now = clock.now()
    wanted = Manifest(
        run_id=run_id(now, os.urandom(8)),
        source=SOURCE,
        endpoint=settings.endpoint,
        scope=str(scope),
        snapshot_date=snapshot_date or now.astimezone(UTC).date(),
        expand=EXPAND,
        started_at=now,
    )
    found = resumable(settings.data_dir, wanted, snapshot_date, now, resume=resume)
    if found is None:
        return Walk.create(settings.data_dir, wanted), []
    lines = whole_lines(found.folder)
    walk = Walk.reopen(found, lines)
    log.info("continuing run %s after page %d", walk.manifest.run_id, walk.sums.pages)
    return walk, lines


class Walker:
    """Goes through the list: asks for a page, lands it, hands it to the parser, waits as long as the quota wants."""

    def __init__(
        self,
        settings: Settings,
        scope: Scope,
        walk: Walk,
        *,
        clock: Clock,
        progress: Progress | None = None,
        page_size: int = PAGE_SIZE,
    ) -> None:
        self._endpoint, self._scope = settings.endpoint, scope
        self._landed = walk
        self._parser: PageParser | None = None
        self._clock, self._progress = clock, progress
        self._limit = page_size
        self._expected = expected_models(settings, scope)
        self._pacer = Pacer()
        self._fetcher = Fetcher(settings, clock, self._pacer)
        self._seen: set[str | None] = set()  # cursors that were walked from

    def first(self) -> Fetched | None:
        """Fetch the page with which a walk begins or resumes; None if all are there. Nothing is landed yet."""
        url = self._begins_at()
        return None if url is None else self._fetch(url)

    def walk(self, parser: PageParser, lines: Sequence[PageLine], first: Fetched | None) -> None:
        """Walk to the end of the list, or of the scope; `lines` are those of a walk that is resumed."""
        self._parser = parser
        for line in lines:
            self._take(line)
        fetched = first
        while fetched is not None:
            url = self._land(fetched)
            self._pause(ends=url is None)
            fetched = None if url is None else self._fetch(url)

    def _begins_at(self) -> str | None:
        """Return where the walk goes on; None where all pages are there."""
        if self._landed.last is None:
            return first_url(self._endpoint, self._scope, EXPAND, self._limit)
        return self._landed.last.next if self._models_left() != 0 else None

    def _fetch(self, url: str) -> Fetched:
        """Fetch one page."""
        if self._landed.sums.pages >= MAX_PAGES:
            raise SourceRefused(f"the list goes on after {MAX_PAGES:,} pages; it seems to have no end")
        wanted = min(self._limit, self._models_left() or self._limit)
        fetched = self._fetcher.page(url if limit_of(url) == wanted else with_limit(url, wanted))
        if limit_of(fetched.url) < wanted:
            self._limit = limit_of(fetched.url)  # the Hub could not serve the full page; stay small
        return fetched

    def _land(self, fetched: Fetched) -> str | None:
        """Land one page; return the address after it, None after the last."""
        self._seen.add(cursor_of(fetched.url))
        after = next_url(fetched.answer.next_link, fetched.url, self._seen)
        line = self._line(fetched, after)
        self._landed.append(line, fetched.page.content)
        self._take(line)
        return after if self._models_left() != 0 else None

    def _take(self, line: PageLine) -> None:
        """Take note of a page that is on the disk."""
        self._seen.add(cursor_of(line.url))
        assert self._parser is not None, "pages are taken by `walk` alone"
        self._parser.add(line)

    def _line(self, fetched: Fetched, after: str | None) -> PageLine:
        """Return the journal's line of a page, without anything secret."""
        headers, content, counts = fetched.answer.headers, fetched.page.content, self._fetcher.counts
        return PageLine(
            number=self._landed.sums.pages + 1,
            url=fetched.url,
            next=after,
            sha256=hashlib.sha256(content).hexdigest(),
            bytes=len(content),
            body_bytes=fetched.page.body_bytes,
            records=fetched.page.records,
            private=fetched.page.private,
            private_ids=fetched.page.private_ids,
            status=fetched.answer.status,
            fetched_at=self._clock.now().isoformat(),
            headers={name: redact(headers[name]) for name in (*KEPT_HEADERS, DEMO_HEADER) if name in headers},
            **vars(counts),
        )

    def _pause(self, *, ends: bool) -> None:
        """Say how far the walk is, and wait until the next request may leave."""
        wait = 0.0 if ends else self._pacer.wait_seconds(self._pages_left(), self._clock.monotonic())
        if self._progress is not None:
            left = self._pacer.quota.remaining if self._pacer.quota else None
            sums = self._landed.sums
            self._progress.page(sums.records, sums.pages, self._expected, left, wait)
        self._fetcher.wait(wait, "the quota is used up")

    def _models_left(self) -> int | None:
        """Return how many models of a `top:N` are still to come; None for scopes without a number."""
        if self._scope.count is None:
            return None
        return max(0, self._scope.count - self._landed.sums.records)

    def _pages_left(self) -> int:
        """Return how many pages are expected; without a last walk, as many again as there were.

        The guess doubles as the walk goes, so a short walk runs at full speed and a long one is spread
        over the quota before half of it is gone.
        """
        done = self._landed.sums.records
        if self._expected is None or done >= self._expected:
            return max(1, self._landed.sums.pages)
        return math.ceil((self._expected - done) / self._limit)


def expected_models(settings: Settings, scope: Scope) -> int | None:
    """Return how many models the walk may bring: N, or what the last landed run of this scope had."""
    if scope.count is not None:
        return scope.count
    asked = (settings.endpoint, str(scope), "landed")
    for run in reversed(runs(settings.data_dir, SOURCE)):
        if (run.manifest.endpoint, run.manifest.scope, run.manifest.status) == asked:
            return run.manifest.models
    return None


def _finish(walk: Walk, parser: PageParser, clock: Clock) -> LandedRun:
    """Parse what is not yet parsed and complete the manifest."""
    walk.note(last_page_seen=True, **walk.sums.for_manifest())
    summary = parser.finish()
    return walk.note(
        status="landed",
        finished_at=clock.now(),
        models=summary.models,
        duplicates=summary.duplicates,
        quarantined=summary.quarantined,
        set_aside=summary.set_aside,
        bytes_parquet=summary.bytes_parquet,
        oldest_created_at=summary.oldest_created_at,
    )


def _note_end(walk: Walk, status: RunStatus, reason: str, clock: Clock) -> None:
    try:
        walk.note(status=status, reason=reason, finished_at=clock.now(), **walk.sums.for_manifest())
    except StoreError:  # the disk is full: the error under way says so, and the journal has all that counts
        log.warning("the manifest of %s could not be written", walk.folder)
