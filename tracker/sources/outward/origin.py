"""Scheme, host and port of an address: what decides who may hear a credential."""

from __future__ import annotations

from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port; a port that cannot be read is -1 and equals no other."""
    parts = urlsplit(url)
    try:
        port = parts.port or DEFAULT_PORTS.get(parts.scheme, -1)
    except ValueError:
        port = -1
    return parts.scheme, (parts.hostname or "").rstrip("."), port


def named(url: str) -> str:
    """Return the origin as people write it, for messages: no path, no query, no user name."""
    scheme, host, port = origin(url)
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
