"""One GET by `requests`, bounded in time and size, with nothing added: no ~/.netrc, no cookies, no redirect.

A read timeout bounds the silence between two bytes, so a server that drips never trips it. Here the head of an
answer has to come within the read timeout as a whole, and the whole answer within the deadline: a timer ends the
connection.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from tracker import __version__
from tracker.sources.outward import causes, plain

PIECE_BYTES = 64 * 2**10
HEADERS = {
    "User-Agent": f"hub-adoption-tracker/{__version__}",
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate",
}


class NoAnswer(Exception):
    """A request that brought no whole answer; worth another try."""


class TooLarge(Exception):
    """An answer of more bytes than were allowed; the rest was not read."""


@dataclass(frozen=True)
class WireAnswer:
    """What came back: header names are lower case, the body is as it was on the wire."""

    status: int
    headers: Mapping[str, str]
    wire: bytes


def get(url: str, headers: Mapping[str, str], *, silence_seconds: float, seconds: float, most: int) -> WireAnswer:
    """Ask once, on a connection of its own, and return at most `most` bytes. Raises NoAnswer, TooLarge, SettingsError.

    What it is sent through is looked at first: SettingsError says what of that makes no sense.
    """
    proxy = plain.check(url)
    silence = min(silence_seconds, seconds)
    try:
        with requests.Session() as session:  # for adapters, proxies and certificates; it sends nothing by itself here
            for scheme in ("http://", "https://"):
                session.mount(scheme, _PunctualAdapter())
            # prepared without the session, which would look for a password in ~/.netrc
            prepared = requests.Request("GET", url, headers={**HEADERS, **headers}).prepare()
            around: Any = session.merge_environment_settings(url, {}, True, None, None)
            response = session.get_adapter(url).send(prepared, timeout=(silence, silence), **around)
            with closing(response), _ended_after(seconds, response.raw.shutdown):
                body = b"".join(_pieces(response, most))
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise NoAnswer(causes.told(error, urlsplit(url).netloc.rpartition("@")[2], proxy)) from error
    return WireAnswer(response.status_code, {name.lower(): said for name, said in response.headers.items()}, body)


def _pieces(response: requests.Response, most: int) -> Iterator[bytes]:
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise TooLarge(f"an answer of {int(announced):,} bytes; at most {most:,} are taken")
    size = 0
    while piece := response.raw.read1(PIECE_BYTES, decode_content=False):
        size += len(piece)
        if size > most:
            raise TooLarge(f"an answer of more than {most:,} bytes, which is the most that is taken")
        yield piece


@contextmanager
def _ended_after(seconds: float, end: Callable[[], object]) -> Iterator[None]:
    """Shut a connection down when the time is up, and raise TimeoutError then, whatever it still brought."""
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        with suppress(OSError, RuntimeError, ValueError):  # it has ended by itself just now
            end()

    timer = threading.Timer(seconds, expire)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (urllib3.exceptions.HTTPError, HTTPException, OSError) as error:
        if expired.is_set():
            raise TimeoutError(f"not complete after {seconds:g} s") from error
        raise
    finally:
        timer.cancel()
    if expired.is_set():
        raise TimeoutError(f"not complete after {seconds:g} s")


class _PunctualConnection(HTTPConnection):
    """A connection whose answers begin in time: the read timeout bounds the head as a whole."""

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]
        answer = None
        try:
            with _ended_after(float(self.timeout or 0.0), partial(self.sock.shutdown, socket.SHUT_RDWR)):
                answer = super().getresponse()
        except TimeoutError:  # a head that ends with the connection passes for a whole one
            if answer is not None:
                answer.close()
            raise
        return answer


class _PunctualTLSConnection(HTTPSConnection, _PunctualConnection):
    """The same over TLS."""


class _PunctualPool(HTTPConnectionPool):
    ConnectionCls = _PunctualConnection


class _PunctualTLSPool(HTTPSConnectionPool):
    ConnectionCls = _PunctualTLSConnection


class _PunctualAdapter(HTTPAdapter):
    """Makes connections of ours, through a proxy too."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PunctualPool, "https": _PunctualTLSPool}

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = {"http": _PunctualPool, "https": _PunctualTLSPool}
        return manager
