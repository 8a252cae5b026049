"""The way to others than the Hub, as requests goes it: its proxies and its certificates, and no token."""

from __future__ import annotations

import os

import urllib3
from requests import Request, RequestException
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidSchema
from requests.utils import get_environ_proxies, select_proxy

from tracker.sources.outward import certificates, proxies
from tracker.sources.outward.proxies import Proxy

SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")  # of proxies that requests knows


def check(url: str) -> Proxy | None:
    """Look at all that a request to an address needs; return the proxy that it goes through. Nothing is sent.

    Raises SettingsError. What is wrong with the address itself is the request's to say.
    """
    try:
        prepared = Request("GET", url).prepare()
    except (RequestException, ValueError):
        return None
    if str(prepared.url).startswith("https:"):
        certificates.check(certificates.OF_OTHERS)
        if os.environ.get("SSLKEYLOGFILE"):
            certificates.check_keys()
    named = get_environ_proxies(str(prepared.url))
    address = select_proxy(str(prepared.url), named)
    if not address:
        return None
    scheme = str(prepared.url).partition(":")[0]
    proxy = Proxy(scheme if named.get(scheme) == address else "all", address)
    proxies.check(proxy, SCHEMES)
    if "://" not in address and ":" in address.rpartition("@")[2]:
        raise proxies.cannot_be_used(proxy)  # requests takes the host for a scheme
    _build(prepared, proxy, named)
    return proxy


def _build(prepared: object, proxy: Proxy, named: dict[str, str]) -> None:
    """Build the way as a request would, and let it go."""
    adapter = HTTPAdapter()
    try:
        adapter.get_connection_with_tls_context(prepared, True, proxies=named)  # type: ignore[arg-type]
    except InvalidSchema:
        raise proxies.lacks_socks(proxy, "PySocks") from None
    except (RequestException, urllib3.exceptions.HTTPError, ValueError, OSError):
        raise proxies.cannot_be_used(proxy) from None
    finally:
        adapter.close()
