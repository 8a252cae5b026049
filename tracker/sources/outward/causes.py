"""Why a request brought no answer: one sentence a cause, found in what the libraries wrapped around it."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

from tracker.errors import redact
from tracker.sources.outward.proxies import Proxy

_NO_WAY = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.ENETDOWN}


def told(error: BaseException, host: str, proxy: Proxy | None) -> str:
    """Return why `host` did not answer, through `proxy` where there is one; without anything secret."""
    found = list(_beneath(error))
    said = next((sentence for each in found if (sentence := _of_tls(each, host))), None)
    if said is None:
        first = f"the proxy {proxy.host} that {proxy.variable} names" if proxy else host
        said = next((sentence for each in found if (sentence := _of_the_way(each, first))), None)
    if said is None and proxy is not None and "ProxyError" in type(error).__name__:
        said = f"the proxy {proxy.host} that {proxy.variable} names lets nothing through: {_last(found)}"
    return redact(said or f"{type(error).__name__}: {error}")


def _of_tls(error: BaseException, host: str) -> str | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"the certificate of {host} is not trusted ({error.verify_message}); where a proxy or a mirror has an "
            "authority of its own, name that in SSL_CERT_FILE (for sources beside the Hub in REQUESTS_CA_BUNDLE)"
        )
    if isinstance(error, ssl.SSLEOFError):
        return None
    if isinstance(error, ssl.SSLError):
        return f"no secure connection to {host} came about ({error.reason or error}); check that it speaks https"
    return None


def _of_the_way(error: BaseException, first: str) -> str | None:
    """Return why the first machine on the way could not be spoken to."""
    if isinstance(error, socket.gaierror):
        return f"the name of {first} cannot be resolved ({error.strerror}); check the network, its DNS and the name"
    if isinstance(error, ConnectionRefusedError):
        return f"{first} refuses connections ({error.strerror}); check that it is up, and its port"
    if isinstance(error, (ConnectionResetError, BrokenPipeError, ssl.SSLEOFError)):
        return f"{first} broke the connection off ({error.strerror or 'without a word'})"
    if isinstance(error, OSError) and error.errno in _NO_WAY:
        return f"no way leads to {first} ({error.strerror}); check the network"
    if type(error).__name__ == "RemoteProtocolError":  # of httpx2, which names its own so
        return f"{first} broke the connection off, or does not speak HTTP ({error})"
    if isinstance(error, TimeoutError):
        return f"{first} did not answer in time"
    return None


def _beneath(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it came from, the first cause last."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _last(found: list[BaseException]) -> str:
    return next((str(each) for each in reversed(found) if str(each)), "no reason given")
