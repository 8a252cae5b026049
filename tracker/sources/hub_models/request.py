"""One request to the Hub: the client's own session and token, our deadline, no redirect, no retry.

`huggingface_hub` gives the parts (headers with the token, proxies, certificates, offline mode); its
retries are switched off, because its wait on a 429 has no cap and its listing has no timeout. A read
timeout alone does not bound a page: a server that sends a byte now and then never trips it, in the
headers as little as in the body. So a timer closes the connection when the page's time is up.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2
from huggingface_hub import close_session
from huggingface_hub.errors import OfflineModeIsEnabled
from huggingface_hub.utils import http_stream_backoff

from tracker.errors import SourceError, SourceRefused
from tracker.settings import Settings
from tracker.sources.outward import causes, tokens
from tracker.sources.outward import hub as outward
from tracker.sources.outward.origin import named, origin
from tracker.sources.outward.proxies import Proxy

MAX_WIRE_BYTES = 64 * 2**20  # 1000 records are about 0.1 MB compressed


@dataclass(frozen=True)
class Answer:
    """What came back: the body is as it was on the wire."""

    status: int
    headers: httpx2.Headers
    wire: bytes
    next_link: str | None

    @property
    def location(self) -> str:
        """Where a redirect points."""
        return str(self.headers.get("location", ""))


class NoAnswer(Exception):
    """A request that brought no whole answer; worth another try.

    `slow`: it was given up on for time. `unreachable`: no connection came about.
    """

    def __init__(self, reason: str, *, slow: bool = False, unreachable: bool = False) -> None:
        self.slow = slow
        self.unreachable = unreachable
        super().__init__(reason)


class Hub:
    """The configured endpoint: the only way out for the token.

    Whatever address `get` is asked for, the request goes to the endpoint's own scheme, host and port, and no redirect
    is followed; an address elsewhere is refused before anything is sent.
    """

    def __init__(self, settings: Settings) -> None:
        """Look at what a request needs before any is sent. Raises SettingsError."""
        self.proxy = outward.open_way(settings)
        self._endpoint = settings.endpoint
        self._silence_seconds = min(settings.read_timeout_seconds, settings.page_deadline_seconds)
        self._seconds = settings.page_deadline_seconds  # a whole page, from request to last byte
        self._deadline = 0.0  # of the answer that is open

    @property
    def host(self) -> str:
        """The endpoint's host, and its port where it has one of its own."""
        return urlsplit(self._endpoint).netloc

    def get(self, url: str) -> Answer:
        """Ask once. Raises NoAnswer, SourceRefused for another host, SourceError where the client is switched off."""
        with self.open(self._within(url)) as response:  # which refuses what is not the endpoint
            wire = b"".join(self.pieces(response, MAX_WIRE_BYTES))
            link = response.links.get("next", {}).get("url")
            return Answer(response.status_code, response.headers, wire, link)

    @contextmanager
    def open(self, url: str, headers: Mapping[str, str] | None = None) -> Iterator[httpx2.Response]:
        """Ask once and yield the answer, its body unread; all has to be there within a page's time.

        Only the endpoint's own origin is given the token. Raises as `get` does, but for another host.
        """
        is_ours = origin(url) == origin(self._endpoint)
        target = self._within(url) if is_ours else url
        given = {**(tokens.headers() if is_ours else {"user-agent": tokens.AGENT}), **(headers or {})}
        self._deadline = time.monotonic() + self._seconds
        try:
            with _closing_after(self._seconds) as expired, self._asking(target, given) as response:
                yield response
        except OfflineModeIsEnabled as error:
            raise SourceError("huggingface_hub is in offline mode; unset HF_HUB_OFFLINE, then run again") from error
        except (httpx2.HTTPError, httpx2.StreamError, OSError, RuntimeError) as error:
            if expired.is_set():
                raise NoAnswer(f"not complete after {self._seconds:g} s", slow=True) from error
            if not isinstance(error, (httpx2.HTTPError, httpx2.StreamError)):
                raise
            raise _no_answer(error, urlsplit(url).netloc.rpartition("@")[2], self.proxy) from error

    def pieces(self, response: httpx2.Response, most: int) -> Iterator[bytes]:
        """Yield the body of the answer that is open, as it comes over the wire, at most so many bytes of it."""
        size = 0
        for piece in response.iter_raw():
            size += len(piece)
            if time.monotonic() > self._deadline:
                raise httpx2.ReadTimeout(f"not complete after {self._seconds:g} s")
            if size > most:
                raise httpx2.ReadError(f"the answer is longer than {most:,} bytes")
            yield piece

    def _within(self, url: str) -> str:
        """Return the address, put together again from the endpoint's own host and what follows it."""
        if origin(url) != origin(self._endpoint):
            raise SourceRefused(f"{named(url)} is not the endpoint {named(self._endpoint)}; no token went there")
        asked = urlsplit(url)
        return urlsplit(self._endpoint)._replace(path=asked.path, query=asked.query, fragment="").geturl()

    def _asking(self, url: str, headers: Mapping[str, str]) -> AbstractContextManager[httpx2.Response]:
        return http_stream_backoff(
            "GET",
            url,
            max_retries=0,
            retry_on_exceptions=(),
            retry_on_status_codes=(),
            headers=dict(headers),
            timeout=httpx2.Timeout(self._silence_seconds),
            follow_redirects=False,
        )


def _no_answer(error: httpx2.HTTPError | httpx2.StreamError, host: str, proxy: Proxy | None) -> NoAnswer:
    if isinstance(error, httpx2.ConnectError):
        close_session()  # as the client does: a broken TLS session would be used again otherwise
    slow = isinstance(error, httpx2.TimeoutException)
    unreachable = isinstance(error, (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError))
    return NoAnswer(causes.told(error, host, proxy), slow=slow, unreachable=unreachable)


@contextmanager
def _closing_after(seconds: float) -> Iterator[threading.Event]:
    """Close the client's connections when the time is up; the event says whether it was."""
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        close_session()

    timer = threading.Timer(seconds, expire)
    timer.daemon = True
    timer.start()
    try:
        yield expired
    finally:
        timer.cancel()
