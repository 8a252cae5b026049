"""Who may ask from where: names by which this server is called, and pages of others, which may read.

A page of a stranger that a browser was led to can give its own name this machine's address (DNS rebinding), and then
counts as the server's own. So a request must name the server as it is known: as this machine, or as it was told.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracker.serve.http import problems

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::\d{1,5})?", re.IGNORECASE)
_EXPOSED = "ETag, Link, Retry-After, Answer-Id, Rows-Total"

_CORS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", _EXPOSED.encode()),
    (b"x-content-type-options", b"nosniff"),
]
_PREFLIGHT = [
    *_CORS,
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-headers", b"Accept, Accept-Encoding, Content-Type, If-None-Match"),
    (b"access-control-max-age", b"86400"),
    (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
]


class Hosts:
    """Refuses what names another server, and lets pages of others read."""

    def __init__(self, app: ASGIApp, *, known: Collection[str] = (), numbers: bool = False) -> None:
        """Know the names of this machine, and these; with `numbers` any address, which no page can call its own."""
        self._app = app
        self._known = {*_LOOPBACK, *(name.lower() for name in known)}
        self._numbers = numbers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_CORS]
            await send(message)

        named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(named) != 1 or not self._is_known(named[0]):
            told = ", ".join(named) or "nobody"
            refused = problems.problem(
                421, f"this server is not called {told}; name it with --allow-host where it stands behind a proxy"
            )
            await refused(scope, receive, sent)
        elif scope["method"] == "OPTIONS" and any(
            name == b"access-control-request-method" for name, _ in scope["headers"]
        ):
            await send({"type": "http.response.start", "status": 204, "headers": _PREFLIGHT})
            await send({"type": "http.response.body"})
        else:
            await self._app(scope, receive, sent)

    def _is_known(self, host: str) -> bool:
        found = _HOST.fullmatch(host)
        return found is not None and (found[1].lower() in self._known or (self._numbers and _is_number(found[1])))


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
