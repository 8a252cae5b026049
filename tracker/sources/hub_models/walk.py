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
from datetime import date
from typing import Protocol

from tracker.errors import Interrupted, SourceRefused, StoreError, TrackerError
from tracker.landing import DEMO_HEADER, LandedRun, Manifest, PageLine, Walk, read_journal, run_id, runs
from tracker.landing.parse import PageParser
from tracker.scope import Scope
from tracker.settings import Settings
from tracker.sources.hub_models.clock import Clock, SystemClock
from tracker.sources.hub_models.links import cursor_of, first_url, limit_of, next_url, with_limit
from tracker.sources.hub_models.pacing import Pacer
from tracker.sources.hub_models.request import Timeouts, redacted
from tracker.sources.hub_models.resume import resumable
from tracker.sources.hub_models.retries import Fetched, Fetcher
from tracker.words import RunStatus

log = logging.getLogger(__name__)

SOURCE = "hub_models"
PAGE_SIZE = 1000  # the Hub's maximum
MAX_PAGES = 100_000  # thirty times the Hub of 2026: a list this long is a loop that invents new cursors
# What a night needs; without cardData, which is 13 KB of prose at times and written by strangers.
EXPAND = (
    "author",
    "baseModels",
    "createdAt",
    "disabled",
    "downloads",
    "downloadsAllTime",
    "gated",
    "lastModified",
    "library_name",
    "likes",
    "pipeline_tag",
    "private",
    "safetensors",
    "sha",
    "tags",
    "trendingScore",
)
# Kept with each page: what a later question about the walk may need, and nothing secret.
KEPT_HEADERS = ("content-encoding", "date", "etag", "ratelimit", "ratelimit-policy", "x-cache", "x-request-id")


class Progress(Protocol):
    """Something that is told after each page how far the walk has come."""

    def page(
        self, models: int, pages: int, expected_models: int | None, quota_left: int | None, wait_seconds: float
    ) -> None:
        """Take note; `wait_seconds` is the pause that comes now."""
        ...


def collect(
    settings: Settings,
    *,
    scope: Scope,
    snapshot_date: date,
    resume: bool = True,
    progress: Progress | None = None,
    page_size: int = PAGE_SIZE,
    clock: Clock | None = None,
) -> LandedRun:
    """Land one snapshot of the Hub's model list and return it.

    A half walk of the same day, scope, endpoint and fields is continued unless `resume` is false.
    Raises SourceError, SourceRefused, StoreError or Interrupted; the manifest then says so, the pages
    landed so far stay, and the next call goes on from them. The caller holds the data folder's lock.
    """
    clock = clock or SystemClock()
    walk = _open_walk(settings, scope, snapshot_date, resume, clock)
    try:
        with PageParser(walk.folder, snapshot_date) as parser:
            for line in read_journal(walk.folder):
                parser.add(line)
            _walk_pages(walk, parser, settings, scope, progress, page_size, clock)
            return _finish(walk, parser, clock)
    except (KeyboardInterrupt, Interrupted) as stop:
        _note_end(walk, "interrupted", "stopped by a signal", clock)
        code = stop.exit_code if isinstance(stop, Interrupted) else 130
        message = f"stopped after page {walk.sums.pages:,}; run the same command again and the walk goes on"
        raise Interrupted(message, exit_code=code) from None
    except TrackerError as error:
        _note_end(walk, "refused" if isinstance(error, SourceRefused) else "failed", str(error), clock)
        raise
    finally:
        walk.close()


def _open_walk(settings: Settings, scope: Scope, snapshot_date: date, resume: bool, clock: Clock) -> Walk:
    now = clock.now()
    wanted = Manifest(
        run_id=run_id(now, os.urandom(8)),
        source=SOURCE,
        endpoint=settings.endpoint,
        scope=str(scope),
        snapshot_date=snapshot_date,
        expand=EXPAND,
        started_at=now,
    )
    found = resumable(settings.data_dir, wanted, now, resume=resume)
    if found is None:
        return Walk.create(settings.data_dir, wanted)
    walk = Walk.reopen(found)
    log.info("continuing run %s after page %d", walk.manifest.run_id, walk.sums.pages)
    return walk


def _walk_pages(
    walk: Walk,
    parser: PageParser,
    settings: Settings,
    scope: Scope,
    progress: Progress | None,
    page_size: int,
    clock: Clock,
) -> None:
    pacer = Pacer()
    timeouts = Timeouts(settings.read_timeout_seconds, settings.page_deadline_seconds)
    fetcher = Fetcher(timeouts, settings.max_wait_seconds, clock, pacer)
    expected = expected_models(settings, scope)
    seen = {cursor_of(line.url) for line in read_journal(walk.folder)}
    url, limit = _continuation(walk, settings, scope, page_size)
    while url is not None:
        wanted = min(limit, _models_left(walk, scope) or limit)
        fetched = fetcher.page(url if limit_of(url) == wanted else with_limit(url, wanted))
        if limit_of(fetched.url) < wanted:
            limit = limit_of(fetched.url)  # the Hub could not serve the full page; stay small
        seen.add(cursor_of(fetched.url))
        after = next_url(fetched.answer.next_link, fetched.url, seen)
        parser.add(_land(walk, fetched, after, fetcher, clock))
        url = after if _models_left(walk, scope) != 0 else None
        if url is not None and walk.sums.pages >= MAX_PAGES:
            raise SourceRefused(f"the list goes on after {MAX_PAGES:,} pages; it seems to have no end")
        wait = pacer.wait_seconds(_pages_left(walk, expected, limit), clock.monotonic()) if url else 0.0
        if progress is not None:
            left = pacer.quota.remaining if pacer.quota else None
            progress.page(walk.sums.records, walk.sums.pages, expected, left, wait)
        fetcher.wait(wait, "the quota is used up")


def _continuation(walk: Walk, settings: Settings, scope: Scope, page_size: int) -> tuple[str | None, int]:
    """Return where the walk goes on (None: all pages are there) and with which page size."""
    if walk.last is None:
        return first_url(settings.endpoint, scope, EXPAND, page_size), page_size
    return (None if _models_left(walk, scope) == 0 else walk.last.next), page_size


def _models_left(walk: Walk, scope: Scope) -> int | None:
    """Return how many models of a `top:N` are still to come; None for scopes without a number."""
    if scope.count is None:
        return None
    return max(0, scope.count - walk.sums.records)


def _pages_left(walk: Walk, expected: int | None, limit: int) -> int:
    """Return how many pages are expected; without a last walk, as many again as there were.

    The guess doubles as the walk goes, so a short walk runs at full speed and a long one is spread
    over the quota before half of it is gone.
    """
    done = walk.sums.records
    if expected is None or done >= expected:
        return max(1, walk.sums.pages)
    return math.ceil((expected - done) / limit)


def expected_models(settings: Settings, scope: Scope) -> int | None:
    """Return how many models the walk may bring: N, or what the last landed run of this scope had."""
    if scope.count is not None:
        return scope.count
    asked = (settings.endpoint, str(scope), "landed")
    for run in reversed(runs(settings.data_dir, SOURCE)):
        if (run.manifest.endpoint, run.manifest.scope, run.manifest.status) == asked:
            return run.manifest.models
    return None


def _land(walk: Walk, fetched: Fetched, after: str | None, fetcher: Fetcher, clock: Clock) -> PageLine:
    headers = fetched.answer.headers
    content = fetched.page.content
    line = PageLine(
        number=walk.sums.pages + 1,
        url=fetched.url,
        next=after,
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        body_bytes=fetched.page.body_bytes,
        records=fetched.page.records,
        status=fetched.answer.status,
        fetched_at=clock.now().isoformat(),
        headers=redacted({name: headers[name] for name in (*KEPT_HEADERS, DEMO_HEADER) if name in headers}),
        requests=fetcher.counts.requests,
        rate_limited=fetcher.counts.rate_limited,
        retries=fetcher.counts.retries,
    )
    walk.append(line, content)
    return line


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
