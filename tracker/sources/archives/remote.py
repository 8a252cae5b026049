"""A large file of a data set at one commit, of which only pieces are fetched: into a sparse copy of the same length.

Pieces are asked for in identity encoding, and each answer is taken for what it says that it is:

206, the piece that was asked for    written at its place; a shorter or cut piece is resumed
206, another piece, or compressed    retried a few times, then refused
200, the whole file                  retried (a CDN ignored `Range` once, then obeyed it); twice in a row: the whole
                                     body is used, decompressed if needed, and nothing more is requested
416                                  the file is shorter than announced: refused
3xx                                  followed, to another host without the token, from https never to http
429, 5xx, no answer                  waits and retries, as the walk of the list does
401, 403 of another host             the address has expired: the Hub is asked for a new one
"""

from __future__ import annotations

import logging
import os
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import urljoin, urlsplit

import httpx2

from tracker.errors import SnapshotRefused, SourceError, SourceRefused, redact
from tracker.landing import DEMO_HEADER
from tracker.landing.written import writing
from tracker.sources.archives import way
from tracker.sources.clock import retry_after
from tracker.sources.hub_models.pacing import rate_limit_wait
from tracker.sources.hub_models.request import NoAnswer
from tracker.sources.hub_models.retries import Fetcher
from tracker.sources.outward.encoding import GZIP
from tracker.sources.outward.origin import named, origin

log = logging.getLogger(__name__)

MAX_FAILURES = 6  # retries of one piece without a byte of progress between them
MAX_REDIRECTS = 5
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 30.0
WHOLE_AFTER = 2  # answers in a row with the whole file until one is used
REDIRECTS = frozenset({301, 302, 303, 307, 308})
WITHIN_REASON = 64 * 2**30  # bytes of a file; a larger size is a mistake
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_UNSATISFIED = re.compile(r"bytes \*/(\d+)")


class Again(Exception):
    """An answer to retry after `wait_seconds` (None: back off)."""

    def __init__(self, reason: str, wait_seconds: float | None = None) -> None:
        self.wait_seconds = wait_seconds
        super().__init__(reason)


@dataclass
class Spent:
    """The cost of reading: requests (redirects included), 429 answers, retries, bytes of bodies received."""

    requests: int = 0
    rate_limited: int = 0
    retries: int = 0
    bytes: int = 0


class RemoteFile:
    """A file at an address of the Hub, and its sparse copy at `place`. `commit` is what the Hub says it answered for.

    Raises SourceError where it cannot be had, SnapshotRefused where it is not there.
    """

    def __init__(self, fetcher: Fetcher, url: str, place: Path, spent: Spent) -> None:
        self.url, self.place, self.spent = url, place, spent
        self.size: int | None = None
        self.etag: str | None = None  # of the whole file as the Hub knows it: of a large one its sha256
        self.commit: str | None = None
        self.synthetic = False
        self._fetcher = fetcher
        self._at = url  # the last redirect target
        self._whole_answers = 0
        self.is_whole = False
        self._began = 0  # where the piece that was asked for by its length begins
        self._reached = 0  # up to here the piece under way is on the disk
        with writing(place):
            self._file = os.open(place, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)

    def __enter__(self) -> RemoteFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)

    def end(self, length: int) -> int:
        """Fetch the last N bytes; return the position where the fetched end begins."""
        if self.size is not None:
            first = max(0, self.size - length)
            self.piece(first, self.size)
            return 0 if self.is_whole else first
        self._until_done(lambda: self._once(f"bytes=-{length}", None), is_begun_anew=True)
        assert self.size is not None, "an answer that says no size is not taken"
        first = self._began
        self.piece(self._reached, self.size)
        return 0 if self.is_whole else first

    def piece(self, first: int, after: int) -> None:
        """Fetch the bytes from `first` to before `after`."""
        if self.is_whole:
            return
        self._reached = first
        while self._reached < after and not self.is_whole:
            self._until_done(lambda: self._once(f"bytes={self._reached}-{after - 1}", after))

    def read(self, first: int, length: int) -> bytes:
        """Return fetched bytes."""
        return os.pread(self._file, length, first)

    def _until_done(self, attempt: Callable[[], None], *, is_begun_anew: bool = False) -> None:
        """Retry until done. `is_begun_anew`: no attempt resumes the last one, so none of them counts as progress."""
        failures = 0
        while True:
            before = self._reached
            try:
                return attempt()
            except Again as again:
                failures = 1 if self._reached > before and not is_begun_anew else failures + 1
                if failures >= MAX_FAILURES:
                    raise SourceError(
                        f"{self._said()} failed {failures} times, last with: {again}; run again later, what is landed "
                        "is not fetched again"
                    ) from again
                backoff = min(FIRST_WAIT_SECONDS * 2.0 ** (failures - 1), LONGEST_WAIT_SECONDS)
                wait = backoff if again.wait_seconds is None else again.wait_seconds
                log.info("%s: %s; trying again in %.0f s", self._said(), again, wait)
                self.spent.retries += 1
                self._fetcher.wait(wait, str(again))

    def _once(self, asked: str, after: int | None) -> None:
        """Send one request, follow redirects, and process the answer."""
        for _ in range(1 + MAX_REDIRECTS):
            if self._at == self.url:
                way.wait(self._fetcher)
            self.spent.requests += 1
            try:
                with self._fetcher.hub.open(self._at, {"range": asked, "accept-encoding": "identity"}) as answer:
                    if self._at == self.url:
                        self._note(answer)
                    if answer.status_code not in REDIRECTS:
                        return self._take(answer, after)
                    self._at = self._onward(str(answer.headers.get("location", "")))
            except NoAnswer as error:
                raise Again(str(error)) from error
        self._at = self.url
        raise SourceRefused(f"{self._said()}: more than {MAX_REDIRECTS} redirects")

    def _note(self, answer: httpx2.Response) -> None:
        """Record what the Hub itself says of the file and of the quota."""
        self._fetcher.pacer.read(answer.headers, self._fetcher.clock.monotonic())
        if answer.status_code >= 400:
            return
        tag = answer.headers.get("x-linked-etag") or answer.headers.get("etag")
        self.etag = tag.removeprefix("W/").strip('"') if tag else self.etag
        self.commit = answer.headers.get("x-repo-commit") or self.commit
        self.synthetic = self.synthetic or DEMO_HEADER in answer.headers
        linked = answer.headers.get("x-linked-size", "")
        if linked.isdecimal():
            self._learn(int(linked))

    def _take(self, answer: httpx2.Response, after: int | None) -> None:
        status = answer.status_code
        if status == 206:
            self._take_piece(answer, after)
            self._whole_answers = 0
        elif status == 200:
            self._take_whole(answer)
        elif status == 416:
            said = _UNSATISFIED.fullmatch(answer.headers.get("content-range", "").strip())
            told = f"has {int(said[1]):,} bytes" if said else "does not say how many bytes it has"
            raise Again(f"it answered 416 to a piece of a file that {told}")
        elif status == 429:
            self.spent.rate_limited += 1
            raise Again("HTTP 429", rate_limit_wait(answer.headers, self._fetcher.clock.now()))
        elif status >= 500 or status in (408, 425):
            raise Again(f"HTTP {status}", retry_after(answer.headers, self._fetcher.clock.now()))
        elif self._at != self.url:
            self._at = self.url  # an address of a storage host expires
            raise Again(f"the storage host answered HTTP {status}")
        elif status == 404:
            raise SnapshotRefused(f"{self._said()} is not there (HTTP 404: {answer.headers.get('x-error-code', '')})")
        else:
            raise SourceRefused(f"{self._said()}: the Hub refused it, HTTP {status}; check HF_ENDPOINT and the token")

    def _take_piece(self, answer: httpx2.Response, after: int | None) -> None:
        """Write a piece at its place. Bytes written before an interruption are kept, and the piece is resumed."""
        if answer.headers.get("content-encoding", "identity").strip().lower() not in ("identity", ""):
            raise Again(f"a piece came as {answer.headers['content-encoding']}, which says nothing of its place")
        said = _RANGE.fullmatch(answer.headers.get("content-range", "").strip())
        if said is None:
            raise Again("a piece came that does not say where it belongs")
        first, last, size = int(said[1]), int(said[2]), int(said[3])
        self._learn(size)
        if after is None:
            self._reached = self._began = first
        elif first != self._reached:
            raise Again(f"a piece from byte {first:,} came instead of {self._reached:,}")
        if not first <= last < size:
            raise Again(f"a piece came that says it is bytes {first:,} to {last:,} of {size:,}")
        for body in self._fetcher.hub.pieces(answer, last - first + 1):
            self._write(body)
        if self._reached != last + 1:
            raise Again(f"a piece ended after {self._reached - first:,} of {last - first + 1:,} bytes")

    def _take_whole(self, answer: httpx2.Response) -> None:
        """Use a whole body instead of a piece when it comes the second time; decompress it if needed."""
        self._whole_answers += 1
        if self._whole_answers < WHOLE_AFTER:
            raise Again("the whole file came instead of a piece", 0.0)
        self._reached = 0
        encoding = answer.headers.get("content-encoding", "identity").strip().lower()
        for body in _unpacked(self._counted(answer), encoding):
            self._write(body, is_counted=True)
            if self._reached > (self.size or WITHIN_REASON):
                break
        if self.size is not None and self._reached != self.size:
            raise Again(f"the whole file came with {self._reached:,} bytes, and it has {self.size:,}")
        self._learn(self._reached)
        self.is_whole = True

    def _counted(self, answer: httpx2.Response) -> Iterator[bytes]:
        for body in self._fetcher.hub.pieces(answer, WITHIN_REASON):
            self.spent.bytes += len(body)
            yield body

    def _write(self, body: bytes, *, is_counted: bool = False) -> None:
        self.spent.bytes += 0 if is_counted else len(body)
        view = memoryview(body)
        with writing(self.place):
            while view:
                written = os.pwrite(self._file, view, self._reached)
                self._reached += written
                view = view[written:]

    def _learn(self, size: int) -> None:
        if self.size is not None and size != self.size:
            raise Again(f"the file had {self.size:,} bytes, and has {size:,} now")
        if self.size is None:
            if not 0 < size <= WITHIN_REASON:
                raise SnapshotRefused(f"{self._said()} has {size:,} bytes, which is no file of an archive")
            self.size = size
            with writing(self.place):
                os.ftruncate(self._file, size)

    def _onward(self, location: str) -> str:
        target = urljoin(self._at, location)
        parts = urlsplit(target)
        if not location or parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            raise SourceRefused(f"{self._said()} redirects to {redact(location)[:200]!r}, which is no address")
        if urlsplit(self._at).scheme == "https" and parts.scheme != "https":
            raise SourceRefused(f"{self._said()} redirects from https to {named(target)}; it was not followed")
        if origin(target) != origin(self.url):
            log.debug("%s is read from %s, without the token", self._said(), named(target))
        return target

    def _said(self) -> str:
        return redact(self.url)[:200]


def read_whole(fetcher: Fetcher, url: str, place: Path, most: int) -> bytes:
    """Return a smaller file. Raises SourceError, and SnapshotRefused where it is not there or larger than `most`."""
    with RemoteFile(fetcher, url, place, Spent()) as file:
        file.end(1)
        size = file.size or 0
        if size > most:
            raise SnapshotRefused(f"{redact(url)[:200]} has {size:,} bytes, and at most {most:,} are taken")
        file.piece(0, size)
        return file.read(0, size)


def _unpacked(bodies: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Yield a decompressed body. Raises Again if it is damaged or truncated."""
    if encoding in ("identity", ""):
        yield from bodies
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise Again(f"the whole file came as {encoding[:40]!r}, which was not asked for")
    decoder = zlib.decompressobj(zlib.MAX_WBITS if encoding == "deflate" else GZIP)
    try:
        for body in bodies:
            while body:
                yield decoder.decompress(body, 2**20)
                body = decoder.unconsumed_tail
        yield decoder.flush()
    except zlib.error as error:
        raise Again(f"the whole file came as broken {encoding}: {error}") from error
    if not decoder.eof:
        raise Again(f"the whole file came as {encoding} that is cut short")
