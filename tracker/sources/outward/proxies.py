"""What is wrong with a proxy that the environment names, in words that show nothing of its password."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.request import getproxies

from tracker.errors import SettingsError

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,20}", re.IGNORECASE)
_PORT = re.compile(r"[0-9]{1,5}")
_HIGHEST_PORT = 65535
_NO_HOST = re.compile(r"[\s%\"'<>\\^`{|};,*]")


@dataclass(frozen=True)
class Proxy:
    """A proxy as the environment names it; `scheme` is that of requests it is for, or `all`."""

    scheme: str
    address: str = field(repr=False)

    @property
    def variable(self) -> str:
        """The variable that it stands in: in small letters where both are set, as everybody reads them."""
        name = f"{self.scheme}_proxy"
        fitting = [each for each in os.environ if each.lower() == name and os.environ[each]]
        return name if name in fitting or not fitting else fitting[-1]

    @property
    def host(self) -> str:
        """Host and port, without anything secret."""
        return _authority(self.address).rpartition("@")[2]

    def wrong(self, what: str) -> SettingsError:
        """Return the error that says what is wrong with it."""
        return SettingsError(f"{self.variable} {what}, or unset it, or name the host that is asked in NO_PROXY")


def named(scheme: str) -> Proxy | None:
    """Return the proxy for requests of a scheme, or for `all`; None where the environment names none."""
    address = getproxies().get(scheme)
    return Proxy(scheme, address) if address else None


def check(proxy: Proxy, schemes: Sequence[str]) -> None:
    """Raise SettingsError for an address that nothing can be sent through; `schemes` are those that are known."""
    address = proxy.address
    if not address.isprintable() or address != address.strip():
        raise proxy.wrong("begins or ends with a blank, or holds a character that no address has; write it again")
    scheme = address.partition("://")[0].lower() if "://" in address else "http"
    if scheme not in schemes:
        shown = f"scheme {scheme!r}" if _SCHEME.fullmatch(scheme) else "a scheme that cannot be read"
        raise proxy.wrong(f"has {shown}; write one of {', '.join(f'{each}://' for each in schemes)}")
    rest = address.partition("://")[2] if "://" in address else address
    if "@" in rest[len(_authority(address)) :]:
        raise proxy.wrong("has a #, / or ? in its user name or password; write %23, %2F or %3F")
    _check_host(proxy, _authority(address).rpartition("@")[2])


def lacks_socks(proxy: Proxy, package: str) -> SettingsError:
    """Return the error of a SOCKS proxy without the package that speaks with such."""
    return proxy.wrong(f"names a SOCKS proxy, and the package {package} is missing; run `pip install {package}`")


def cannot_be_used(proxy: Proxy) -> SettingsError:
    """Return the error of a proxy that a library refuses for a reason of its own, which might quote the password."""
    return proxy.wrong("cannot be read as the address of a proxy; write http://HOST:PORT")


def _check_host(proxy: Proxy, text: str) -> None:
    host, port = _host_and_port(proxy, text)
    if not host:
        raise proxy.wrong("names no host; write http://HOST:PORT")
    if not text.startswith("[") and (_NO_HOST.search(host) or not can_be_a_name(host)):
        raise proxy.wrong("names a host that none can be called; write http://HOST:PORT")
    if port is None:
        return
    if not _PORT.fullmatch(port):
        raise proxy.wrong("has a port that is no number; write http://HOST:PORT")
    if not 0 < int(port) <= _HIGHEST_PORT:
        raise proxy.wrong(f"has port {int(port)}; write one from 1 to {_HIGHEST_PORT}")


def _host_and_port(proxy: Proxy, text: str) -> tuple[str, str | None]:
    """Return host, and port where there is one; an IPv6 address stands in brackets."""
    if text.startswith("["):
        host, bracket, after = text[1:].partition("]")
        if not bracket or (after and not after.startswith(":")) or not _is_ipv6(host):
            raise proxy.wrong("names an IPv6 address that cannot be read; write http://[ADDRESS]:PORT")
        return host, after[1:] or None
    if text.count(":") > 1:
        raise proxy.wrong("names more than one port, or an IPv6 address without brackets; write http://[ADDRESS]:PORT")
    host, _, port = text.partition(":")
    return host, port or None


def can_be_a_name(host: str) -> bool:
    """Return whether a host's name can be looked up: each part has 1 to 63 letters, in ASCII or as IDNA."""
    try:
        host.removesuffix(".").encode("idna")
    except UnicodeError:
        return False
    return True


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def _authority(address: str) -> str:
    """Return what stands between the scheme and the path."""
    rest = address.partition("://")[2] if "://" in address else address
    return re.split(r"[/?#]", rest, maxsplit=1)[0]
