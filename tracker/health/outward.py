"""What requests would be sent through: the endpoint, certificates, proxy and token, and the way to other sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from tracker import sources
from tracker.errors import SettingsError
from tracker.settings import Settings
from tracker.sources.outward import certificates, hub, plain, tokens
from tracker.sources.outward.proxies import Proxy

Line = tuple[str, str, str]


def lines(settings: Settings) -> Iterator[Line]:
    """Yield check, verdict and finding of each thing that requests need; nothing is sent."""
    yield _line("endpoint", lambda: _endpoint(settings))
    yield _line("certificates", lambda: _certificates(settings))
    yield _line("proxy", lambda: _proxy(hub.check_proxy(settings), settings.endpoint))
    yield _line("token", lambda: tokens.check() or "none: the Hub counts requests by this machine's address")
    for name, source in sources.found().sources.items():
        if sources.is_signal(source):
            yield from _only_wrong(f"way to {name}", sources.address_of(settings, source))
    for what, address in (("way of pings", settings.ping_url), ("way to the webhook", settings.webhook_url)):
        if address:
            yield from _only_wrong(what, address)


def _line(check: str, find: Callable[[], str]) -> Line:
    try:
        return check, "fine", find()
    except SettingsError as error:
        return check, "wrong", str(error)


def _only_wrong(check: str, url: str) -> Iterator[Line]:
    line = _line(check, lambda: _proxy(plain.check(url), url))
    if line[1] == "wrong":
        yield line


def _endpoint(settings: Settings) -> str:
    hub.check_endpoint(settings)
    return f"{settings.endpoint}, from {settings.origins.get('endpoint', 'the default')}"


def _certificates(settings: Settings) -> str:
    hub.check_certificates(settings)
    return certificates.in_use(certificates.OF_THE_HUB) or "those of the system"


def _proxy(proxy: Proxy | None, url: str) -> str:
    host = urlsplit(url).hostname
    return f"{proxy.host}, from {proxy.variable}" if proxy else f"none: {host} is asked directly"
