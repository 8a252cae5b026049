"""The way to the Hub, as huggingface_hub goes it: one client (httpx2), made of what the environment says.

The client's own factory builds a way through every proxy that is named, also where no request takes it: one that cannot
be used would stand in the way of a Hub that is asked directly. This one builds the same, and complains of a proxy only
where a request would go through it.
"""

from __future__ import annotations

import ipaddress
import ssl
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit
from urllib.request import getproxies

import httpx2
from huggingface_hub import constants, set_client_factory
from huggingface_hub.errors import OfflineModeIsEnabled

from tracker.errors import SettingsError
from tracker.settings import Settings
from tracker.sources.outward import certificates, proxies, tokens
from tracker.sources.outward.proxies import Proxy

SCHEMES = ("http", "https", "socks5", "socks5h")  # of proxies that httpx2 knows


def open_way(settings: Settings) -> Proxy | None:
    """Look at all that a request to the endpoint needs, and let the client be made of it. Nothing is sent.

    Returns the proxy that it goes through. Raises SettingsError.
    """
    check_certificates(settings)
    proxy = check_proxy(settings)
    tokens.check()
    set_client_factory(client)
    return proxy


def check_endpoint(settings: Settings) -> None:
    """Raise SettingsError for an endpoint that the client cannot ask."""
    try:
        host = httpx2.Request("GET", f"{settings.endpoint}/api/models").url.host
        is_right = ":" in host or proxies.can_be_a_name(host)
    except (httpx2.InvalidURL, ValueError):
        is_right = False
    if not is_right:
        origin = settings.origins.get("endpoint", "endpoint")
        raise SettingsError(f"{origin}: the Hub's address cannot be read; write https://HOST")


def check_certificates(settings: Settings) -> None:
    """Raise SettingsError for certificates that are of no use; a folder of them matters to https alone."""
    certificates.context()
    if urlsplit(settings.endpoint).scheme == "https":
        certificates.check(certificates.OF_THE_HUB)


def check_proxy(settings: Settings) -> Proxy | None:
    """Return the proxy that requests to the endpoint go through, None where they go there directly."""
    check_endpoint(settings)
    proxy = chosen(settings.endpoint)
    if proxy is not None:
        _through(proxy, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)).close()
    return proxy


def chosen(url: str) -> Proxy | None:
    """Return the proxy that the client takes to an address, None for none."""
    told: dict[str, httpx2.BaseTransport] = {pattern: _Told(proxy) for pattern, proxy in patterns()}
    with httpx2.Client(trust_env=False, transport=_Told(None), mounts=told) as client:
        proxy = client.get(url).extensions["proxy"]
    assert proxy is None or isinstance(proxy, Proxy)
    return proxy


def client() -> httpx2.Client:
    """Return the client that huggingface_hub shares among its requests, as its own factory makes it."""
    context = certificates.context()
    ways = {pattern: _way(proxy, context) for pattern, proxy in patterns()}
    return httpx2.Client(
        event_hooks={"request": [_prepare]},
        follow_redirects=True,
        timeout=None,
        trust_env=False,
        verify=context,
        mounts=ways,
    )


def patterns() -> Iterator[tuple[str, Proxy | None]]:
    """Yield patterns of addresses, each with its proxy or None, as httpx2 reads the environment."""
    said = getproxies()
    around = [host.strip() for host in said.get("no", "").split(",") if host.strip()]
    if "*" in around:
        return
    found = {f"{scheme}://": proxies.named(scheme) for scheme in ("http", "https", "all") if said.get(scheme)}
    found |= {pattern: None for host in around if (pattern := _direct(host))}
    for pattern, proxy in found.items():
        try:
            httpx2.Client(trust_env=False, transport=_Told(None), mounts={pattern: None}).close()
        except httpx2.InvalidURL:  # an entry of NO_PROXY that cannot be read is left out, as curl does it
            continue
        yield pattern, proxy


def _direct(host: str) -> str | None:
    """Return the pattern of an entry of NO_PROXY; None for one that says nothing."""
    if "://" in host:
        return host
    kind = _kind(host.partition("/")[0])
    if kind == 6:
        address, slash, bits = host.partition("/")
        return f"all://[{address}]{slash}{bits}"
    if kind == 4 or host.lower() == "localhost" or host.startswith("["):
        return f"all://{host}"
    if "/" in host:
        return None
    return f"all://{host}" if host.startswith("*.") else f"all://*{host}"


def _kind(text: str) -> int | None:
    try:
        return ipaddress.ip_address(text).version
    except ValueError:
        return None


def _through(proxy: Proxy, context: ssl.SSLContext) -> httpx2.HTTPTransport:
    """Return the way through a proxy. Raises SettingsError where there is none."""
    proxies.check(proxy, SCHEMES)
    address = proxy.address if "://" in proxy.address else f"http://{proxy.address}"
    try:
        return httpx2.HTTPTransport(verify=context, proxy=httpx2.Proxy(address))
    except ImportError:
        raise proxies.lacks_socks(proxy, "socksio") from None
    except (httpx2.InvalidURL, ValueError):
        raise proxies.cannot_be_used(proxy) from None


def _way(proxy: Proxy | None, context: ssl.SSLContext) -> httpx2.BaseTransport | None:
    """Return the way through a proxy, or what raises the reason why there is none as soon as it is taken."""
    if proxy is None:
        return None
    try:
        return _through(proxy, context)
    except SettingsError as error:
        return _NoWay(error)


def _prepare(request: httpx2.Request) -> None:
    """Do what the client's own hook does: send nothing in offline mode, let the Hub find the request in its logs."""
    if constants.is_offline_mode():
        raise OfflineModeIsEnabled("offline mode is enabled")
    request.headers.setdefault("X-Amzn-Trace-Id", str(uuid.uuid4()))


class _Told(httpx2.BaseTransport):
    """Sends nothing, and answers with the proxy that stands for it."""

    def __init__(self, proxy: Proxy | None) -> None:
        self._proxy = proxy

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, extensions={"proxy": self._proxy})


class _NoWay(httpx2.BaseTransport):
    """Stands for a proxy that cannot be used."""

    def __init__(self, error: SettingsError) -> None:
        self._error = error

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        raise self._error
